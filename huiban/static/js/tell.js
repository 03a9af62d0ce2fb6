// The comfort of the telling form: counts, sending without leaving the page, and
// keeping what was written when there is no network. Plain script for Chromium 78.
(function () {
  "use strict";

  function each(root, selector, act) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), act);
  }

  // ---- counting

  function watchCount(area) {
    var most = Number(area.getAttribute("data-count"));
    var counter = area.parentNode.querySelector("[data-counter]");
    function say() {
      var length = area.value.length;
      var over = length > most;
      counter.textContent = over
        ? "超出" + (length - most) + "字，请删减一些"
        : length + " / " + most + "字";
      counter.classList.toggle("counter-over", over);
    }
    area.addEventListener("input", say);
    say();
  }

  // ---- keeping: a phone may close the page behind the camera; this tab remembers the words

  function shelf(form) {
    return "huiban:" + form.action.split("?")[0];
  }

  function keep(form) {
    var kept = {};
    ["key", "text", "place_words"].forEach(function (name) {
      if (form.elements[name]) {
        kept[name] = form.elements[name].value;
      }
    });
    try {
      sessionStorage.setItem(shelf(form), JSON.stringify(kept));
    } catch (error) {
      return; // This browser keeps nothing; the page itself still holds the words.
    }
  }

  function bringBack(form) {
    var kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(shelf(form)) || "null");
    } catch (error) {
      return;
    }
    if (!kept || !kept.text || form.elements.text.value) {
      return;
    }
    Object.keys(kept).forEach(function (name) {
      if (form.elements[name]) {
        form.elements[name].value = kept[name];
      }
    });
    if (form.closest("details")) {
      form.closest("details").open = true;
    }
    say(form, "上次没发出去的话放回来了，可以接着写。", "notice");
  }

  function letGo(form) {
    try {
      sessionStorage.removeItem(shelf(form));
    } catch (error) {
      return;
    }
  }

  // ---- sending

  function say(form, words, kind) {
    var place = form.querySelector("[data-unsent]");
    place.textContent = "";
    if (!words) {
      return;
    }
    var box = document.createElement("div");
    var line = document.createElement("p");
    box.className = "notice " + (kind || "notice-late");
    line.className = "notice-words";
    line.textContent = words;
    box.appendChild(line);
    place.appendChild(box);
  }

  function rest(form, words) {
    var button = form.querySelector("[data-send]");
    var label = form.querySelector("[data-send-words]");
    form.removeAttribute("data-busy");
    button.removeAttribute("aria-disabled");
    label.textContent = label.getAttribute("data-words");
    say(form, words);
  }

  function showAnswer(text) {
    var answer = new DOMParser().parseFromString(text, "text/html");
    var main = document.getElementById("main");
    main.innerHTML = answer.getElementById("main").innerHTML;
    start(main);
    window.huibanFocus(main);
  }

  function receive(form, request) {
    if (request.status === 201) {
      letGo(form);
      location.assign(request.getResponseHeader("Location"));
    } else if (request.status === 413) {
      rest(form, "照片太大，没有发出去。请去掉几张再发送，您写的话还在。");
    } else if (request.status >= 500) {
      rest(form, "系统正忙，没有发出去。您写的话和照片都还在这一页，请过半分钟再点一次，不会重复。");
    } else {
      showAnswer(request.responseText);
    }
  }

  function progress(label, event) {
    if (event.lengthComputable && event.total > 100000) {
      label.textContent = "正在发送 " + Math.round((event.loaded / event.total) * 100) + "%";
    }
  }

  function transmit(form, body) {
    var request = new XMLHttpRequest();
    var label = form.querySelector("[data-send-words]");
    request.open("POST", form.action);
    request.setRequestHeader("X-Sent-In-Background", "1");
    request.timeout = 120000;
    request.upload.onprogress = progress.bind(null, label);
    request.onload = receive.bind(null, form, request);
    request.onerror = request.ontimeout = function () {
      rest(form, "没有发出去：现在连不上网络。您写的话和照片都还在这一页，有网后再点一次，不会重复。");
    };
    request.send(body);
  }

  var nothing = {
    fill: function () {
      return Promise.resolve();
    }
  };

  function send(form, photos, event) {
    var button = form.querySelector("[data-send]");
    var label = form.querySelector("[data-send-words]");
    var body = new FormData(form);
    event.preventDefault();
    if (form.hasAttribute("data-busy")) {
      return;
    }
    form.setAttribute("data-busy", "1");
    button.setAttribute("aria-disabled", "true");
    label.setAttribute("data-words", label.getAttribute("data-words") || label.textContent);
    label.textContent = "正在发送…";
    say(form, "");
    keep(form);
    photos.fill(body).then(transmit.bind(null, form, body));
  }

  function start(root) {
    each(root, "form[data-tell]", function (form) {
      var field = form.querySelector("[data-photos]");
      var photos = field ? window.huibanPhotos(field) : nothing;
      bringBack(form);
      if (window.huibanDanger) {
        window.huibanDanger.watch(form);
      }
      form.addEventListener("input", keep.bind(null, form));
      form.addEventListener("submit", send.bind(null, form, photos));
    });
    each(root, "textarea[data-count]", watchCount);
  }

  start(document);
})();
