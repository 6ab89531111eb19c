// Keeps what is typed into a form while it is typed: with the server, sealed (engagement/kept_forms.py), and, as long as
// there is no line, in this browser. Text of level high never stays in a browser.
const FOR_DAYS = 14;
const NAME = "draft ";
const offers = document.getElementById("drafts-here");
const key = document.querySelector("[data-draft]");
const form = key?.form;
const owner = offers.dataset.owner;
const own = key && NAME + key.value;

function stored(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}

// A moment as the server words it, in Django's letters for dates; in the zone of the browser where it does not know hers.
const { moment: MOMENT, clock: CLOCK, months, zone } = offers.dataset;
const TO_THE_MINUTE = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
let calendar = new Intl.DateTimeFormat("en-GB", TO_THE_MINUTE);
try { calendar = new Intl.DateTimeFormat("en-GB", { ...TO_THE_MINUTE, timeZone: zone }); } catch { /* a new name */ }

function worded(at, form) {
  const part = Object.fromEntries(calendar.formatToParts(at).map(({ type, value }) => [type, value]));
  const letters = { j: Number(part.day), F: months.split("|")[part.month - 1], Y: part.year, H: part.hour, i: part.minute };
  return form.replace(/\\(.)|[jFYHi]/g, (letter, plain) => plain ?? letters[letter]);
}

// --- What this browser keeps and the server does not: offered, to go on with it -----------------------------------------

// What a form needs to be taken by the server: that of this page, with the fields of the draft.
function asFields(draft) {
  const whose = ["csrfmiddlewaretoken", "typed_by"].map((name) => [name, document.querySelector(`[name=${name}]`).value]);
  return [...whose, ...draft.fields];
}

// Whether a draft that was sent as its page was left did arrive: nobody was there any more to hear the answer.
async function hasArrived(draft) {
  const body = new FormData();
  for (const [field, value] of asFields(draft)) body.append(field, value);
  try {
    const answer = await fetch(`${draft.sentTo}?of=${encodeURIComponent(draft.address)}`, { method: "POST", body, redirect: "manual" });
    return answer.status === 204 || answer.status === 404;
  } catch { return false; }
}

async function offer(name, draft) {
  if (draft.sentTo && await hasArrived(draft)) { localStorage.removeItem(name); return; }
  const box = Object.assign(document.createElement("form"), { method: "post", action: draft.address });
  box.append(document.getElementById("draft-here").content.cloneNode(true));
  box.querySelector(".moment").textContent = worded(draft.at, MOMENT);
  // What the server has of the same form is older.
  document.querySelector(`#begun a[href*="${name.slice(NAME.length)}"]`)?.closest("li").remove();
  for (const begun of document.querySelectorAll("#begun")) begun.hidden = !begun.querySelector("li");
  for (const [field, value] of asFields(draft)) {
    box.append(Object.assign(document.createElement("input"), { type: "hidden", name: field, value }));
  }
  box.querySelector("[type=button]").addEventListener("click", () => { localStorage.removeItem(name); box.remove(); });
  offers.append(box);
}

for (const name of Object.keys(localStorage).filter((name) => name.startsWith(NAME))) {
  const draft = stored(name);
  const isOld = !draft || Date.now() - draft.at > FOR_DAYS * 86400e3;
  if (isOld || draft.owner !== owner) localStorage.removeItem(name);  // whoever sat here before signs in elsewhere
  else if (name !== own) offer(name, draft);
}

// --- What is typed now ----------------------------------------------------------------------------------------------

if (form) {
  const SOON = 400, LATER = 3000, AGAIN = 15000;
  const NOT_KEPT = ["csrfmiddlewaretoken", "typed_by", "refresh"];
  const { draft: keptAt, level } = key.dataset;
  let isDirty = key.dataset.typed === "yes", isSending = false, mayGo = false, isLeaving = false, isDead = false;
  let near, far, going;

  const isHigh = () => (new FormData(form).get("level") ?? level) === "high";
  const address = () => { const { pathname, search } = new URL(form.getAttribute("action") ?? "", location); return pathname + search; };
  const say = (what) => {
    const said = document.getElementById("draft-said");  // drawn anew with the rest of the form
    said.textContent = said.dataset[what].replace("TIME", worded(Date.now(), CLOCK));
    said.className = what === "kept" ? "draft" : "draft notice";
  };

  function keepHere(sentTo) {
    clearTimeout(near);
    const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.includes(name));
    if (isHigh()) { localStorage.removeItem(own); return false; }
    try { localStorage.setItem(own, JSON.stringify({ at: Date.now(), owner, address: address(), fields, sentTo })); }
    catch { return false; }  // no room, or storage is switched off
    return true;
  }

  // Whether the server answered at all; what it has kept is no longer kept here.
  async function keepThere(options) {
    clearTimeout(far);
    isDirty = false;
    const mine = going = new AbortController(), patience = setTimeout(() => mine.abort(), 20000);
    try {
      const answer = await fetch(`${keptAt}?of=${encodeURIComponent(address())}`, {
        method: "POST", body: new FormData(form), redirect: "manual",
        signal: mine.signal, ...options,
      });
      isDead = false;
      const isKept = answer.status === 204, isGone = answer.status === 404;
      if ((isKept || isGone) && !isDirty) localStorage.removeItem(own);
      if (isKept) say("kept");
      return true;
    } catch {
      if (going !== mine) return false;  // given up for a newer one
      isDirty = isDead = true;
      if (!isSending) { say(keepHere() ? "here" : "high"); far = setTimeout(keepThere, AGAIN); }
      return false;
    } finally { clearTimeout(patience); }
  }

  form.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(near); clearTimeout(far);
    near = setTimeout(() => keepHere(), SOON);
    far = setTimeout(keepThere, LATER);
  });

  // Save: the draft goes first. Where it does not arrive, neither would the form, and the page stays as it is.
  // So it does before a form beside it that carries its key.
  const goesFirst = async (event) => {
    const sent = event.target;
    if (event.submitter?.name === "refresh") return;
    if (mayGo && !isLeaving) {
      isLeaving = true;
      setTimeout(() => { mayGo = isLeaving = false; }, AGAIN);
      return;
    }
    event.preventDefault();
    if (isSending || isLeaving) return;
    const button = event.submitter, label = button?.textContent;
    isSending = true;
    going?.abort();
    keepHere();
    mayGo = await keepThere();
    isSending = false;
    if (mayGo) { isDirty = false; sent.requestSubmit(button); return; }
    if (button) { button.textContent = label; button.removeAttribute("aria-disabled"); }
    say("dead");
    document.getElementById("draft-said").scrollIntoView({ block: "nearest" });
  };
  for (const one of document.querySelectorAll(`[name=kept_form][value="${key.value}"]`)) one.form.addEventListener("submit", goesFirst);

  addEventListener("pageshow", () => { mayGo = isLeaving = false; });
  addEventListener("pagehide", () => { if (isDirty && !mayGo) { keepHere(isDead ? undefined : keptAt); keepThere({ keepalive: true }); } });
  addEventListener("online", () => { if (isDirty) keepThere(); });
  if (isDirty) far = setTimeout(keepThere, LATER);
}
