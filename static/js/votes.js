// Draws the bars of a vote as its counts move, and asks for what no fragment brings: the chart, new
// comments, and the whole sheet when something new is up for vote.

const root = document.documentElement;
const article = document.querySelector("[data-round]");
const CHART_EVERY = 4000; // ms at least between two looks at the chart
const SPREAD = 2000; // ms over which watchers spread, so that they do not all ask at once
const timers = new Map();
let chartAt = 0;

const live = () => root.dataset.live === "live";

/** Let every bar of a group be as long as its count is to the highest. */
function drawBars() {
  for (const group of document.querySelectorAll("[data-group]")) {
    const tallies = [...group.querySelectorAll("[data-votes]")];
    const most = Math.max(1, ...tallies.map(({ dataset }) => Number(dataset.votes)));
    for (const tally of tallies) {
      const width = `${Math.round((1000 * tally.dataset.votes) / most) / 10}%`;
      const bar = tally.parentElement.querySelector(".vote-bar rect");
      if (bar && bar.getAttribute("width") !== width) bar.setAttribute("width", width);
    }
    markLeader(group);
  }
}

function markLeader(group) {
  const leads = group.querySelector("[data-leads]")?.dataset.leads;
  if (!leads) return;
  for (const row of group.querySelectorAll("[data-option]")) {
    row.toggleAttribute("data-leading", row.dataset.option === leads);
  }
}

/** Let `element` be fetched anew once, `wait` from now at the earliest. */
function refreshSoon(selector, wait) {
  if (timers.has(selector)) return;
  const ask = () => {
    timers.delete(selector);
    const element = document.querySelector(selector);
    if (element) window.htmx.trigger(element, "refresh");
  };
  timers.set(selector, setTimeout(ask, wait));
}

function refreshChart() {
  if (timers.has("[data-chart]") || document.hidden) return;
  const wait = Math.max(300, chartAt + CHART_EVERY - Date.now()) * (0.9 + 0.2 * Math.random());
  chartAt = Date.now() + wait;
  refreshSoon("[data-chart]", wait);
}

/** Tell whether the page has what somebody else's news is about. */
function lookAtNews() {
  const { latest, withdrawn } = document.getElementById(`votes-${article.dataset.round}-latest`)
    .dataset;
  const shown = latest && document.querySelector(`[data-option="${CSS.escape(latest)}"]`);
  if (latest && Boolean(shown) === (withdrawn !== undefined)) {
    refreshSoon("#round-sheet", Math.random() * SPREAD);
  }
  const { said } = document.getElementById(`votes-${article.dataset.round}-said`).dataset;
  if (said && said !== article.dataset.said) {
    if (article.dataset.watched !== undefined) {
      refreshSoon("[data-comments]", Math.random() * SPREAD);
    }
    article.dataset.said = said;
  }
  article.dataset.watched = "";
}

function look() {
  drawBars();
  lookAtNews();
}

document.addEventListener("jari:change", ({ target, detail }) => {
  drawBars();
  const element = detail?.element ?? target;
  if (element instanceof Element && element.matches("[data-votes]")) refreshChart();
});
document.addEventListener("htmx:afterSettle", look);

// While the socket brings the counts, an answer need not: it could be older than what is shown.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "post" && live()) detail.parameters.live = "1";
});

document.addEventListener("htmx:afterRequest", ({ detail, target }) => {
  if (detail.successful && target.matches("[data-empties]")) target.reset();
  if (detail.successful && target.matches(".vote-form") && !live()) {
    drawBars();
    refreshChart();
  }
});

// Sharing

const share = document.querySelector("[data-share]");

async function shareLink() {
  const url = new URL(`/votes/${article.dataset.round}`, location.href).href;
  try {
    if (navigator.share) await navigator.share({ title: document.title, url });
    else {
      await navigator.clipboard.writeText(url);
      document.getElementById("toast").textContent = share.dataset.done;
      setTimeout(() => { document.getElementById("toast").textContent = ""; }, 4000);
    }
  } catch {
    // whoever changes their mind has nothing to be told
  }
}

if (share && (navigator.share || navigator.clipboard)) {
  share.hidden = false;
  share.addEventListener("click", shareLink);
}

if (article) drawBars();
