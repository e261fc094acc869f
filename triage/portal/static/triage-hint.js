/* <triage-hint>: shows beside any ticket form, while somebody types, which priority the guideline suggests, why,
   a word of doubt where another one was chosen, and the one question that would settle it. It changes nothing.

   <script type="module" src="https://triage.example/static/triage-hint.js"></script>
   <form id="ticket"> ... <triage-hint for="ticket"></triage-hint></form>

   for      the id of the form; without it the form around the element
   src      where to ask: the service's /v1 (default: that of the host the script came from)
   subject, body, chosen   the names of the form's fields (default: these words)
   channel  how the form's tickets come in (default: portal)
   key      an API key of the scope "suggest", if the service asks for one: everyone who reads the page can see it
   token    sent as a header of this name, for a portal that guards its forms

   It tells the page "triage-hint" with what was answered, and "triage-answer" with a question and its answer. */

const HOME = new URL("/v1", import.meta.url).href;
const PAUSE = 350; // milliseconds after the last key
const LEAST = 8; // characters that say anything

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: block; }
  :host([hidden]) { display: none; }
  .panel { font: inherit; color: var(--triage-ink, CanvasText); display: grid; gap: .6rem; align-content: start; transition: opacity .15s; }
  .busy { opacity: .75; }
  p, blockquote, h2 { margin: 0; overflow-wrap: anywhere; }
  h2 { font-size: 1.05em; line-height: 1.35; font-weight: 600; }
  .quiet { color: var(--triage-quiet, inherit); font-size: .925em; }
  .level { font-weight: 600; }
  .level::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-inline-end: .45em; border-radius: 50%; background: var(--dot); }
  .rank-0 { --dot: var(--rank-0, currentColor); } .rank-1 { --dot: var(--rank-1, currentColor); }
  .rank-2 { --dot: var(--rank-2, currentColor); } .rank-3 { --dot: var(--rank-3, currentColor); }
  .rank-4 { --dot: var(--rank-4, currentColor); }
  blockquote { padding-inline-start: .8em; border-inline-start: 3px solid var(--triage-line, #999); }
  .doubt { background: var(--triage-doubt, transparent); border-inline-start: 3px solid var(--triage-doubt-line, #c90); padding: .55em .8em; border-radius: .4em; }
  .buttons { display: flex; flex-wrap: wrap; gap: .4em; margin-top: .4em; }
  button { font: inherit; color: inherit; background: none; border: 1px solid var(--triage-line, #777); border-radius: .5em; padding: .35em .8em; cursor: pointer; }
  button:hover { border-color: var(--triage-accent, currentColor); }
  button[aria-pressed=true] { border-color: var(--triage-accent, currentColor); box-shadow: inset 0 0 0 1px var(--triage-accent, currentColor); }
  :focus-visible { outline: 3px solid var(--triage-accent, Highlight); outline-offset: 2px; }
  @media (prefers-reduced-motion: reduce) { .panel { transition: none; } }
`);

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class TriageHint extends HTMLElement {
  #panel = element("div", "", { class: "panel", role: "status", "aria-live": "polite" });
  #timer = 0;
  #asking = null; // stops the question that a newer one has made needless
  #touched = false; // whether a person chose the level
  #answered = null;
  #asked = ""; // the text that the last answer is about

  connectedCallback() {
    if (this.#form) return;
    this.replaceChildren(); // what stood here is for browsers without scripts
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.#panel);
    }
    const id = this.getAttribute("for");
    this.#form = id ? document.getElementById(id) : this.closest("form");
    if (!this.#form) return;
    this.#form.addEventListener("input", this.#changed);
    this.#form.addEventListener("change", this.#changed);
    this.#show([element("h2", "Suggestion"), element("p", "It appears here while you write.", { class: "quiet" })]);
    this.#later(0);
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("input", this.#changed);
    this.#form?.removeEventListener("change", this.#changed);
    this.#form = null;
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  #form = null;

  #changed = (event) => {
    if (event.target === this.#field("chosen")) this.#touched = true;
    else if (event.target !== this.#field("subject") && event.target !== this.#field("body")) return;
    this.#later(PAUSE);
  };

  #field(name) {
    return this.#form?.elements.namedItem(this.getAttribute(name) || name) ?? null;
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  #ticket() {
    const text = (name) => this.#field(name)?.value ?? "";
    return { subject: text("subject"), body: text("body"), channel: this.getAttribute("channel") || "portal" };
  }

  async #look() {
    const ticket = this.#ticket();
    const written = ticket.subject + ticket.body;
    if (written.trim().length < LEAST) return;
    if (this.#asked !== written) this.#answered = null;
    this.#asked = written;
    const chosen = this.#field("chosen")?.value;
    const by = { chosen_by: this.#touched ? "person" : "default" };
    const told = chosen
      ? await this.#ask("check", { ...ticket, chosen, ...by, keep: false })
      : await this.#ask("suggest", { ...ticket, keep: false });
    if (!told) return;
    this.#tell(chosen ? told : { suggestion: told, suggested: told.priority });
    this.dispatchEvent(new CustomEvent("triage-hint", { bubbles: true, detail: told }));
  }

  async #ask(what, body) {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const headers = { "content-type": "application/json" };
    if (this.hasAttribute("token")) headers.token = this.getAttribute("token");
    if (this.hasAttribute("key")) headers.authorization = `Bearer ${this.getAttribute("key")}`;
    const where = `${this.getAttribute("src") || HOME}/${what}`;
    this.#panel.classList.add("busy");
    try {
      const answer = await fetch(where, { method: "POST", headers, body: JSON.stringify(body), signal: asking.signal });
      return answer.ok ? await answer.json() : null; // a hint that fails is no hint: the form goes on
    } catch {
      return null;
    } finally {
      if (this.#asking === asking) this.#panel.classList.remove("busy");
    }
  }

  #tell(choice) {
    const { suggestion, suggested, message, changes, question } = choice;
    const shown = [element("h2", "Suggestion"), ...this.#level(suggestion, suggested)];
    if (message) shown.push(this.#doubt(message, suggested));
    if (changes && message) shown.push(element("p", changes, { class: "quiet" }));
    if (question) shown.push(this.#question(question, choice));
    this.#show(shown);
  }

  #level(suggestion, suggested) {
    if (suggestion.unsure) {
      return [element("p", "Nothing in the guideline fits yet. A word about what no longer works, and for whom, helps.", { class: "quiet" })];
    }
    const line = element("p");
    line.append(element("span", suggested.name, { class: `level rank-${Math.min(suggested.rank, 4)}` }), `: ${suggested.target}`);
    const reason = suggestion.reasons[0];
    return reason ? [line, element("blockquote", reason.quote), ...this.#found(reason)] : [line];
  }

  #found(reason) {
    const texts = new Map(reason.evidence.map(({ text }) => [text.toLowerCase(), text]));
    const words = [...texts.values()].slice(0, 5).map((text) => `“${text}”`).join(", ");
    const where = reason.line ? `Guideline, line ${reason.line}.` : "Guideline.";
    return [element("p", words ? `${where} Found: ${words}.` : where, { class: "quiet" })];
  }

  #doubt(message, suggested) {
    const box = element("div", "", { class: "doubt" });
    box.append(element("p", message));
    const field = this.#field("chosen");
    const own = [...(field?.options ?? [])].find((option) => [suggested.id, suggested.name].includes(option.value));
    if (own) {
      const use = element("button", `Take ${suggested.name}`, { type: "button" });
      use.addEventListener("click", () => {
        field.value = own.value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
        field.focus();
      });
      const buttons = element("div", "", { class: "buttons" });
      buttons.append(use);
      box.append(buttons);
    }
    return box;
  }

  #question(question, choice) {
    const group = element("div", "", { role: "group", "aria-label": question.text });
    const buttons = element("div", "", { class: "buttons" });
    for (const outcome of question.outcomes) {
      const pressed = String(this.#answered === outcome.answer);
      const button = element("button", outcome.label, { type: "button", "aria-pressed": pressed });
      button.addEventListener("click", () => this.#answer(question, outcome, choice));
      buttons.append(button);
    }
    group.append(element("p", question.text), buttons);
    return group;
  }

  async #answer(question, outcome, choice) {
    this.#answered = outcome.answer;
    const detail = { question: question.text, answer: outcome.answer };
    this.dispatchEvent(new CustomEvent("triage-answer", { bubbles: true, detail }));
    for (const button of this.#panel.querySelectorAll("button[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.textContent === outcome.label));
    }
    const suggestion = await this.#ask("answer", { suggestion: choice.suggestion, ...detail, keep: false });
    if (!suggestion) return;
    const shown = [element("h2", "Suggestion"), ...this.#level(suggestion, suggestion.priority)];
    shown.push(this.#question(question, choice));
    this.#show(shown);
    this.#panel.querySelector("button[aria-pressed=true]")?.focus();
  }

  #show(shown) {
    this.#panel.replaceChildren(...shown);
    this.#panel.classList.remove("busy");
  }
}

if (!customElements.get("triage-hint")) customElements.define("triage-hint", TriageHint);
