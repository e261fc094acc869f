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
  #nothing = [element("h2", "Suggestion"), element("p", "It appears here while you write.", { class: "quiet" })];
  #form = null;
  #timer = 0;
  #asking = null; // stops a question that a newer one has made needless
  #asked = ""; // what was asked about last
  #touched = false; // whether a person chose the level
  #answered = null; // the question that was answered last, and its answer
  #foreign = new Set(); // values of the form that name no level

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
    this.#show(this.#nothing);
    this.#later(0);
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("input", this.#changed);
    this.#form?.removeEventListener("change", this.#changed);
    this.#form = null;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asked = "";
  }

  #changed = ({ target }) => {
    const is = (name) => [target.name, target.id].includes(this.#name(name));
    if (is("chosen")) this.#touched = true;
    else if (!is("subject") && !is("body")) return;
    this.#later(PAUSE);
  };

  #name(name) {
    return this.getAttribute(name) || name;
  }

  #field(name) {
    return this.#form?.elements.namedItem(this.#name(name)) ?? null;
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  #ticket() {
    const value = (name) => this.#field(name)?.value ?? "";
    const channel = this.getAttribute("channel") || "portal";
    return { subject: value("subject"), body: value("body"), channel, chosen: value("chosen") };
  }

  async #look() {
    const ticket = this.#ticket();
    const by = this.#touched ? "person" : "default";
    const asked = JSON.stringify([ticket, by, this.#answered]);
    if (asked === this.#asked) return; // a field was left as it was
    this.#asked = asked;
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    if ((ticket.subject + ticket.body).trim().length < LEAST) return this.#show(this.#nothing);
    this.#panel.classList.add("busy");
    const [told, question] = await this.#told(ticket, by, signal).catch(() => []); // a hint that fails is no hint
    if (signal.aborted) return;
    if (!told) this.#asked = ""; // so that the next change asks again
    this.#show(told ? this.#hint(told, question) : this.#nothing);
    if (told) this.dispatchEvent(new CustomEvent("triage-hint", { bubbles: true, detail: told }));
  }

  // Returns a choice with the answer counted and the question that was asked first; of no level only a suggestion.
  async #told({ chosen, ...ticket }, by, signal) {
    if (!chosen || this.#foreign.has(chosen)) return [await this.#ask("suggest", ticket, signal)];
    const body = { ...ticket, chosen, chosen_by: by };
    const choice = await this.#ask("check", body, signal);
    if (!choice) {
      this.#foreign.add(chosen);
      return this.#told({ chosen, ...ticket }, by, signal);
    }
    const { question } = choice;
    if (!question || question.text !== this.#answered?.question) return [choice, question];
    const counted = await this.#ask("check", { ...body, answered: this.#answered }, signal);
    return [counted ?? choice, question];
  }

  // Returns what the service answers, and null of what it refuses; throws where it does not answer.
  async #ask(what, body, signal) {
    const headers = { "content-type": "application/json" };
    if (this.hasAttribute("token")) headers.token = this.getAttribute("token");
    if (this.hasAttribute("key")) headers.authorization = `Bearer ${this.getAttribute("key")}`;
    const where = `${this.getAttribute("src") || HOME}/${what}`;
    const sent = JSON.stringify({ ...body, keep: false });
    const answer = await fetch(where, { method: "POST", headers, body: sent, signal });
    if (answer.status === 422) return null;
    if (!answer.ok) throw new Error(`${where} answered ${answer.status}`);
    return answer.json();
  }

  #hint(told, question) {
    const { suggestion = told, suggested = told.priority, message, changes } = told;
    const shown = [element("h2", "Suggestion"), ...this.#level(suggestion, suggested)];
    if (message) shown.push(this.#doubt(message, suggested));
    if (changes && message) shown.push(element("p", changes, { class: "quiet" }));
    if (question) shown.push(this.#question(question));
    return shown;
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
    const radios = field instanceof RadioNodeList;
    const own = [...(radios ? field : (field?.options ?? []))].find(({ value }) => [suggested.id, suggested.name].includes(value));
    if (own) {
      const use = element("button", `Take ${suggested.name}`, { type: "button" });
      use.addEventListener("click", () => {
        field.value = own.value;
        const control = radios ? own : field;
        control.dispatchEvent(new Event("change", { bubbles: true }));
        control.focus();
      });
      const buttons = element("div", "", { class: "buttons" });
      buttons.append(use);
      box.append(buttons);
    }
    return box;
  }

  #question({ text, outcomes }) {
    const group = element("div", "", { role: "group", "aria-label": text });
    const buttons = element("div", "", { class: "buttons" });
    const { question, answer } = this.#answered ?? {};
    for (const outcome of outcomes) {
      const pressed = String(question === text && answer === outcome.answer);
      const button = element("button", outcome.label, { type: "button", "aria-pressed": pressed });
      button.addEventListener("click", () => {
        for (const one of buttons.children) one.setAttribute("aria-pressed", String(one === button));
        this.#answer({ question: text, answer: outcome.answer });
      });
      buttons.append(button);
    }
    group.append(element("p", text), buttons);
    return group;
  }

  #answer(answered) {
    this.#answered = answered;
    this.dispatchEvent(new CustomEvent("triage-answer", { bubbles: true, detail: answered }));
    this.#later(0);
  }

  #show(shown) {
    this.#panel.classList.remove("busy");
    if (this.#panel.firstChild === shown[0]) return; // said once, not with every key
    const held = this.shadowRoot.activeElement?.textContent;
    this.#panel.replaceChildren(...shown);
    const again = [...this.#panel.querySelectorAll("button")].find(({ textContent }) => textContent === held);
    again?.focus({ preventScroll: true }); // whoever is at a button stays there
  }
}

if (!customElements.get("triage-hint")) customElements.define("triage-hint", TriageHint);
