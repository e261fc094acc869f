/* What makes the portal's pages lively; without it they work all the same. */

const DRAFT = "triage-draft";
if (new URL(location.href).searchParams.has("sent")) sessionStorage.removeItem(DRAFT);

const ticket = document.getElementById("ticket");
if (ticket) {
  // A session that ends while somebody writes costs them nothing: this tab keeps what was written.
  const { subject, body } = ticket.elements;
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}");
  if (!subject.value && !body.value) [subject.value, body.value] = [draft.subject ?? "", draft.body ?? ""];
  ticket.addEventListener("input", () => {
    sessionStorage.setItem(DRAFT, JSON.stringify({ subject: subject.value, body: body.value }));
  });

  const hidden = (name) => {
    const found = ticket.querySelector(`input[type=hidden][name=${name}]`);
    if (found) return found;
    const made = Object.assign(document.createElement("input"), { type: "hidden", name });
    ticket.append(made);
    return made;
  };
  ticket.elements.chosen.addEventListener("change", () => (hidden("touched").value = "yes"));
  ticket.addEventListener("triage-hint", ({ detail }) => {
    if (!detail.message) return;
    const warned = hidden("warned_of");
    warned.value = [...new Set([...warned.value.split(" "), detail.chosen.id])].join(" ").trim();
  });
  ticket.addEventListener("triage-answer", ({ detail }) => {
    hidden("question").value = detail.question;
    hidden("answer").value = detail.answer;
  });
}

const queue = document.getElementById("queue");
if (queue) {
  const live = document.getElementById("live");
  let known = new Set([...queue.querySelectorAll(".row")].map((row) => row.id));
  let waiting = false;

  // Whoever writes a reason is not disturbed: what is new is shown when they are done.
  const busy = () => queue.querySelector("details[open]") !== null;

  const refresh = async () => {
    if (busy()) {
      waiting = true;
      live.textContent = "The queue has changed. It is shown when you close what is open.";
      return;
    }
    waiting = false;
    const answer = await fetch(queue.dataset.rows).catch(() => null);
    if (answer?.redirected) return location.assign("/sign-in?next=/queue");
    if (!answer?.ok) return;
    const rows = await answer.text();
    if (busy()) return (waiting = true);
    const focused = queue.contains(document.activeElement) ? document.activeElement.id : "";
    queue.innerHTML = rows; // from our own server, every value escaped there
    const fresh = [...queue.querySelectorAll(".row")].filter((row) => !known.has(row.id));
    fresh.forEach((row) => row.classList.add("fresh"));
    known = new Set([...queue.querySelectorAll(".row")].map((row) => row.id));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    live.textContent = fresh.length ? `${fresh.length} new` : "Live";
  };

  // Time passes without news of a ticket: what fell due, and a day that is over, are written anew.
  let day = new Date().toDateString();
  const fellDue = ({ dateTime }) => new Date(dateTime) < new Date();
  setInterval(() => {
    const today = new Date().toDateString();
    if (today === day && ![...queue.querySelectorAll(".due:not(.overdue) time")].some(fellDue)) return;
    day = today;
    refresh();
  }, 60_000);

  queue.addEventListener("toggle", () => waiting && refresh(), true);
  const events = new EventSource(queue.dataset.live);
  events.addEventListener("change", refresh);
  events.addEventListener("open", () => (live.textContent = "Live"));
  events.addEventListener("error", () => (live.textContent = "Not live just now; trying again."));
}
