// Keeps the screen fresh. A small module for Chromium 78; without it the page is read and reloaded.

const figures = document.getElementById("figures");
const stale = document.getElementById("stale");
const news = document.getElementById("news");
const asofTime = document.getElementById("asof-time");
const BETWEEN = Number(figures.dataset.seconds) * 1000;
// One look that fails says nothing; two in a row do.
const FAILURES_TO_TELL = 2;

let seen = figures.innerHTML;
let lastGood = new Date();
let failures = 0;
let timer = 0;

function clock(moment) {
  return moment.toLocaleTimeString("zh-CN", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: "Asia/Shanghai",
  });
}

function tellGood(moment) {
  failures = 0;
  lastGood = moment;
  asofTime.textContent = clock(moment);
  stale.hidden = true;
}

function tellStale(words) {
  if (stale.textContent !== words) {
    stale.textContent = words;
  }
  stale.hidden = false;
}

// ---- the counters before and after, so that only what changed is said aloud

function counters() {
  const found = new Map();
  figures.querySelectorAll("[data-figure]").forEach((one) => {
    found.set(one.dataset.figure, one.querySelector(".fig-number").textContent.trim());
  });
  return found;
}

function sayChanges(before, after) {
  const changed = [];
  after.forEach((value, label) => {
    if (before.has(label) && before.get(label) !== value) {
      changed.push(label + value + "件，原来" + before.get(label) + "件");
    }
  });
  if (changed.length) {
    news.textContent = changed.join("；");
  }
}

// ---- only parts that changed are put in, and whoever reads or stands in one stays there

function show(text) {
  const fresh = document.createElement("div");
  fresh.innerHTML = text;
  const blocks = Array.from(figures.querySelectorAll("[data-block]"));
  const fitting = Array.from(fresh.querySelectorAll("[data-block]"));
  const same =
    blocks.length === fitting.length &&
    figures.children.length === fresh.children.length &&
    blocks.every((block, at) => block.dataset.block === fitting[at].dataset.block);
  if (!same) {
    figures.innerHTML = text;
    return;
  }
  blocks.forEach((block, at) => {
    if (block.innerHTML !== fitting[at].innerHTML) {
      replace(block, fitting[at]);
    }
  });
}

function replace(block, fitting) {
  const active = document.activeElement;
  const href = block.contains(active) ? active.getAttribute("href") : null;
  const open = Array.from(block.querySelectorAll("details[open]")).map((one) => one.id);
  fitting.querySelectorAll("details").forEach((one) => {
    one.open = open.includes(one.id);
  });
  block.innerHTML = fitting.innerHTML;
  const again = href && Array.from(block.querySelectorAll("a")).find((one) => one.getAttribute("href") === href);
  if (again) {
    again.focus({ preventScroll: true });
  }
}

async function look() {
  const answer = await fetch(figures.dataset.part, { credentials: "same-origin" });
  if (answer.redirected || answer.status === 403) {
    tellStale("登录已经到时间，数字停在" + clock(lastGood) + "。请刷新页面重新登录。");
    return;
  }
  if (!answer.ok) {
    throw new Error("status " + answer.status);
  }
  const text = (await answer.text()).trim();
  if (text !== seen) {
    const before = counters();
    show(text);
    seen = text;
    sayChanges(before, counters());
  }
  tellGood(new Date(answer.headers.get("date") || Date.now()));
}

function lookAgain() {
  window.clearTimeout(timer);
  if (document.hidden) {
    return;
  }
  look()
    .catch(() => {
      failures += 1;
      if (failures >= FAILURES_TO_TELL) {
        tellStale("从" + clock(lastGood) + "起连不上服务器，下面是那时的数字。连上后会自动更新。");
      }
    })
    .then(() => {
      timer = window.setTimeout(lookAgain, BETWEEN);
    });
}

// A hidden page asks nothing; whoever comes back sees what is now.
document.addEventListener("visibilitychange", lookAgain);
timer = window.setTimeout(lookAgain, BETWEEN);
seen = seen.trim();
