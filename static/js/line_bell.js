// Lets somebody know that it is their turn, by a sound, by a notification, as they have asked for.

const box = document.querySelector("[data-bell-box]");
const bell = box?.querySelector("[data-bell]");
const notify = box?.querySelector("[data-notify]");
const refused = box?.querySelector("[data-notify-refused]");
const CHIME = [[659, 0], [880, 0.22], [1175, 0.44]]; // Hz, and seconds from the start
const LENGTH = 0.9; // seconds
let audio = null;

function isPressed(button) {
  return button?.getAttribute("aria-pressed") === "true";
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

function chime(loud = 0.25) {
  for (const [pitch, at] of CHIME) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + at;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loud, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.45);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  }
}

// Browsers play only after a press, so the press itself lets one hear what it will sound like.
async function switchSound() {
  const on = !isPressed(bell);
  press(bell, on);
  if (!on) return;
  audio ??= new AudioContext();
  await audio.resume();
  chime(0.12);
}

async function switchNotice() {
  if (isPressed(notify)) {
    press(notify, false);
    return;
  }
  const answer = await Notification.requestPermission();
  press(notify, answer === "granted");
  refused.hidden = answer !== "denied";
}

function ring({ detail }) {
  if (!detail.called) return;
  if (isPressed(notify)) tell(detail);
  if (!isPressed(bell) || audio?.state !== "running") return;
  chime();
  detail.until = new Promise((resolve) => { setTimeout(resolve, LENGTH * 1000); });
}

function tell({ words, title }) {
  try {
    const notice = new Notification(words, { body: title, tag: "jari-turn" });
    notice.addEventListener("click", () => window.focus());
  } catch {
    // Some phones show notifications only through a service worker; the page goes in all the same.
  }
}

if (box) {
  box.hidden = !("AudioContext" in window);
  notify.hidden = !("Notification" in window) || !window.isSecureContext;
  bell.addEventListener("click", switchSound);
  notify.addEventListener("click", switchNotice);
  document.addEventListener("line:turn", ring);
}
