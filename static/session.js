// Says five minutes before a session ends that it will, and clears an unattended screen once it has.
// The page's own questions are no activity: only "Stay signed in" lets the time begin anew.
const box = document.getElementById("session-end");
const WARNING = 300;
let due, timer;
let isTyped = box.dataset.typed === "yes";

document.addEventListener("input", (event) => { isTyped ||= event.target.form?.method === "post"; });

function say(name) {
  box.replaceChildren(...(name ? [document.getElementById(name).content.cloneNode(true)] : []));
}

function lookIn(seconds) {
  clearTimeout(timer);
  due = Date.now() + Math.max(1, seconds) * 1000;
  timer = setTimeout(look, due - Date.now());
}

// Seconds that are left, 0 when it has ended; undefined when the server could not be asked.
async function left(options) {
  try {
    const answer = await fetch(box.dataset.address, { redirect: "manual", ...options });
    if (answer.type === "opaqueredirect") return 0;
    if (answer.ok) return (await answer.json()).seconds;
  } catch { /* no line: the caller asks again */ }
}

async function look() {
  const seconds = await left();
  if (seconds === undefined) lookIn(30);
  else if (seconds > WARNING) { say(); lookIn(seconds - WARNING); }
  else if (seconds > 0) { if (!box.hasChildNodes()) say("session-ends"); lookIn(seconds + 1); }
  else if (isTyped) say("session-over");
  else location.assign(location.href);
}

box.addEventListener("submit", async (event) => {
  event.preventDefault();
  const seconds = await left({ method: "POST", body: new FormData(event.target) });
  if (seconds > WARNING) { say(); lookIn(seconds - WARNING); }
  else if (seconds > 0) { say("session-last"); lookIn(seconds + 1); }
  else look();
});

// A timer sleeps with the machine.
document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() > due) look(); });

lookIn(box.dataset.left - WARNING);
