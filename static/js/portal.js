// portal.js – comfort for forms that already work without it. No library, no inline code.
// Everything hangs on attributes (see templates/ui/README.md) and on the document,
// so a page that an upload has swapped in needs no second start.
(function () {
  "use strict";

  var WORDS = {
    saved: "Đã lưu nháp lúc {at}",
    saving: "Đang lưu nháp…",
    offline: "Chưa lưu được vì mất mạng. Chữ bạn gõ vẫn còn đây, Cổng sẽ tự thử lại.",
    refused: "Chưa lưu được nháp. Chữ bạn gõ vẫn còn đây.",
    signedOut: "Phiên đăng nhập đã hết nên chưa lưu được. Chữ bạn gõ vẫn còn đây.",
    signIn: "Đăng nhập ở thẻ mới rồi quay lại",
    stale: "Bản nháp này vừa được sửa ở nơi khác. Chữ bạn gõ vẫn còn đây nhưng chưa lưu.",
    newest: "Xem bản mới nhất ở thẻ mới",
    left: "Còn {n} ký tự",
    sending: "Đang gửi {percent}%",
    seconds: " · còn khoảng {n} giây",
    minutes: " · còn khoảng {n} phút",
    checking: "Đã gửi xong, Cổng đang kiểm tra tệp…",
    waiting: "Mất mạng. Có mạng lại sẽ gửi tiếp từ {percent}%…",
    broken: "Gửi chưa xong vì mất mạng. Tệp bạn chọn vẫn còn.",
    tooLarge: "Tệp quá lớn nên Cổng chưa nhận. Hãy chọn tệp nhỏ hơn rồi gửi lại.",
    failed: "Cổng chưa nhận được. Hãy thử lại sau ít phút.",
    retry: "Thử lại",
    cancel: "Dừng gửi"
  };
  var EVERY = 20000;
  var states = new WeakMap();

  function say(words, values) {
    return words.replace(/\{(\w+)\}/g, function (_, key) { return values[key]; });
  }

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  // ── Autosave: never overwrites, never throws away what was typed ──────────

  function stateOf(form) {
    if (!states.has(form)) states.set(form, { dirty: false, busy: false, stopped: false });
    return states.get(form);
  }

  function statusLine(form) {
    return form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
  }

  function tell(form, tone, text, href, linkText) {
    var line = statusLine(form);
    if (!line) return;
    line.textContent = "";
    line.classList.toggle("is-unsaved", tone !== "check");
    var icon = make("span", "i i-" + tone);
    icon.setAttribute("aria-hidden", "true");
    line.append(icon, make("span", "", text));
    if (href) {
      var link = make("a", "", linkText);
      link.href = href;
      link.target = "_blank"; // this tab keeps the typed text
      link.rel = "noopener";
      line.append(link);
    }
  }

  function draftOf(form) {
    var data = new FormData(form);
    Array.from(data.entries()).forEach(function (entry) {
      if (entry[1] instanceof File) data.delete(entry[0]);
    });
    return data;
  }

  function small(data) {
    return Array.from(data.values()).join("").length < 15000;
  }

  function save(form) {
    var state = stateOf(form);
    if (!state.dirty || state.busy || state.stopped || form.dataset.sent) return;
    state.busy = true;
    state.dirty = false;
    renewToken(form);
    var token = form.elements.csrfmiddlewaretoken;
    var data = draftOf(form);
    fetch(form.dataset.autosave, {
      method: "POST",
      credentials: "same-origin",
      keepalive: small(data), // a click on a link must not cut it off; browsers allow 64 KB
      redirect: "manual", // a way to the sign-in page is not an answer
      headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
      body: data
    }).then(function (answer) {
      return answered(form, state, answer);
    }).catch(function () {
      state.dirty = true;
      tell(form, "warn", WORDS.offline);
    }).then(function () {
      state.busy = false;
      var wanted = state.wanted;
      delete state.wanted;
      if (wanted) wanted.click(); // the press that waited for this save
    });
  }

  // A page sent while its own autosave is on the way would meet itself as a stale copy: it waits.
  // Signing in again in another tab renews the token; the cookie knows the new one.
  function renewToken(form) {
    var field = form.elements.csrfmiddlewaretoken;
    var cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
    if (field && cookie) field.value = cookie[1];
  }

  function waitsForSave(form, button) {
    if (!form.dataset.autosave || !stateOf(form).busy || !button) return false;
    stateOf(form).wanted = button;
    return true;
  }

  function answered(form, state, answer) {
    if (answer.ok) {
      return answer.json().then(function (draft) {
        var version = form.elements.version;
        if (version && draft.version !== undefined) version.value = draft.version;
        tell(form, "check", say(WORDS.saved, { at: draft.saved_at }));
      });
    }
    state.dirty = true;
    if (answer.status === 409) {
      state.stopped = true; // saving on would overwrite the other copy
      tell(form, "warn", WORDS.stale, location.href, WORDS.newest);
    } else if (answer.status === 401 || answer.type === "opaqueredirect") {
      tell(form, "warn", WORDS.signedOut, document.body.dataset.signIn || location.href, WORDS.signIn);
    } else {
      tell(form, "warn", WORDS.refused);
    }
  }

  function eachDraft(act) {
    document.querySelectorAll("form[data-autosave]").forEach(act);
  }

  setInterval(function () { eachDraft(save); }, EVERY);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") eachDraft(save);
  });
  window.addEventListener("online", function () { eachDraft(save); });
  window.addEventListener("beforeunload", function (event) {
    eachDraft(function (form) {
      if (stateOf(form).dirty && !form.dataset.sent) { event.preventDefault(); event.returnValue = ""; }
    });
  });

  // ── Shown only when another answer asks for it ────────────────────────────

  function answersTo(form, name) {
    return Array.from(form.elements).filter(function (field) {
      var choice = field.type === "radio" || field.type === "checkbox";
      return field.name === name && !field.disabled && (!choice || field.checked) && field.value !== "";
    }).map(function (field) { return field.value; });
  }

  function showWhatApplies(form) {
    form.querySelectorAll("[data-show-when]").forEach(function (block) {
      var wanted = (block.dataset.showValues || "").split("|").filter(Boolean);
      var given = answersTo(form, block.dataset.showWhen);
      var shown = given.some(function (value) { return !wanted.length || wanted.indexOf(value) >= 0; });
      block.hidden = !shown;
      block.querySelectorAll("input, select, textarea").forEach(function (field) {
        if (!shown && !field.disabled) { field.disabled = true; field.dataset.put = "aside"; }
        if (shown && field.dataset.put) { field.disabled = false; delete field.dataset.put; }
      });
    });
  }

  // ── Characters left ───────────────────────────────────────────────────────

  function count(field) {
    var line = field.nextElementSibling;
    if (!line || !line.classList.contains("count")) {
      line = make("p", "count");
      field.after(line);
    }
    line.textContent = say(WORDS.left, { n: Math.max(0, field.maxLength - field.value.length) });
  }

  // ── One submission, not two ───────────────────────────────────────────────

  function buttonsOf(form) {
    return Array.from(form.elements).filter(function (field) { return field.type === "submit"; });
  }

  function letAgain(form) {
    delete form.dataset.sent;
    buttonsOf(form).forEach(function (button) {
      if (button.dataset.held) { button.disabled = false; delete button.dataset.held; }
    });
  }

  function holdBack(form, uploading) {
    form.dataset.sent = "1";
    setTimeout(function () { // after the browser has read the pressed button
      buttonsOf(form).forEach(function (button) {
        if (!button.disabled) { button.disabled = true; button.dataset.held = "1"; }
      });
    }, 0);
    // An answer that is a download leaves the page here, so the buttons come back; not during an upload.
    if (!uploading) setTimeout(function () { letAgain(form); }, 15000);
  }

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(letAgain);
  });

  // ── Files with percent, time left and another try (in pieces: upload.js) ──

  function hasFiles(form) {
    return Array.from(form.elements).some(function (field) {
      return field.type === "file" && !field.disabled && field.files.length;
    });
  }

  function timeLeft(started, loaded, total) {
    var seconds = Math.ceil((Date.now() - started) / 1000 / loaded * (total - loaded));
    if (seconds < 2 || !isFinite(seconds)) return "";
    return seconds < 90 ? say(WORDS.seconds, { n: seconds }) : say(WORDS.minutes, { n: Math.ceil(seconds / 60) });
  }

  // Where the person is looking: at the box whose button was pressed, else at the end of the form.
  function progressBox(form, pressed) {
    var box = form.querySelector(".send") || make("div", "send");
    box.textContent = "";
    var words = make("p", "", say(WORDS.sending, { percent: 0 }));
    var bar = make("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", WORDS.sending.replace(" {percent}%", ""));
    var said = make("p");
    said.setAttribute("role", "status");
    var button = make("button", "btn btn-2 btn-s", WORDS.cancel);
    button.type = "button";
    box.append(words, bar, said, button);
    var drop = pressed && pressed.closest(".drop");
    var actions = form.querySelector(".actions");
    if (drop) drop.after(box); else if (actions) actions.before(box); else form.append(box);
    return { words: words, bar: bar, said: said, button: button };
  }

  function showPage(request) {
    var page = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = page.title;
    if (request.responseURL && request.responseURL !== location.href) {
      history.pushState(null, "", request.responseURL);
    }
    document.body.replaceWith(page.body);
    start();
    if (!document.querySelector(".errors[role=alert]")) document.getElementById("noi-dung").focus();
    window.scrollTo(0, 0);
  }

  // The script for pieces comes with the first file that is chosen, so that the page stays light.
  // Without it the form is sent whole, as without any script.
  function getPieces(form) {
    if (window.portalPieces || !form.dataset.pieces) return Promise.resolve(window.portalPieces);
    return new Promise(function (done) {
      var script = make("script");
      script.src = form.dataset.pieces;
      script.onload = script.onerror = function () { done(window.portalPieces); };
      document.head.append(script);
    });
  }

  function upload(form, button) {
    var box = progressBox(form, button);
    var started = Date.now();
    var again = function (words) {
      letAgain(form);
      box.bar.remove();
      box.words.textContent = "";
      box.said.textContent = words;
      box.button.textContent = WORDS.retry;
      box.button.onclick = function () { holdBack(form, true); upload(form, button); };
    };
    var first = -1;
    var progress = function (loaded, total, isWaiting) {
      if (first < 0) first = loaded; // what went through before the line was cut took no time now
      var percent = total ? Math.floor(loaded / total * 100) : 100;
      box.bar.value = percent;
      box.words.textContent = isWaiting ? say(WORDS.waiting, { percent: percent }) : percent === 100 ? WORDS.checking
        : say(WORDS.sending, { percent: percent }) + (loaded > first ? timeLeft(started, loaded - first, total - first) : "");
    };
    var data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    var stop = new AbortController();
    box.button.onclick = function () { stop.abort(); };
    getPieces(form).then(function (pieces) {
      return pieces ? pieces.send(form, progress, stop.signal) : [];
    }).then(function (all) {
      all.forEach(function (each) {
        data.delete(each.field.name);
        if (each.isHeldBack) data.append(each.field.dataset.heldBack, each.file.size + " " + each.file.name);
        else data.append(each.field.dataset.inPlace, each.id);
      });
      sendForm(form, button, data, box, all.length ? function () {} : progress, again);
    }).catch(function (error) {
      again(error.name === "AbortError" ? "" : error.isFinal && error.message ? error.message : WORDS.broken);
    });
  }

  function sendForm(form, button, data, box, progress, again) {
    var request = new XMLHttpRequest();
    request.open("POST", (button && button.getAttribute("formaction")) || form.getAttribute("action") || location.href);
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) progress(event.loaded, event.total);
    };
    request.onload = function () {
      var isPage = /html/.test(request.getResponseHeader("Content-Type") || "");
      if (!isPage) again(request.status === 413 ? WORDS.tooLarge : WORDS.failed);
      else if (request.status >= 500) again(WORDS.failed);
      else showPage(request);
    };
    request.onerror = function () { again(WORDS.broken); };
    request.onabort = function () { again(""); };
    box.button.onclick = function () { request.abort(); };
    request.send(data);
  }

  // ── What the page listens to ──────────────────────────────────────────────

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "many" in form.dataset) return;
    var button = event.submitter || (document.activeElement.form === form ? document.activeElement : null);
    if (form.dataset.sent || waitsForSave(form, button)) { event.preventDefault(); return; }
    renewToken(form);
    var uploading = "upload" in form.dataset && hasFiles(form);
    holdBack(form, uploading);
    if (uploading) {
      event.preventDefault();
      upload(form, button);
    }
  });

  document.addEventListener("input", function (event) {
    var field = event.target;
    if (field.matches("textarea[data-count][maxlength]")) count(field);
    if (field.form && field.form.dataset.autosave) stateOf(field.form).dirty = true;
  });

  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (!form) return;
    if (form.querySelector("[data-show-when]")) showWhatApplies(form);
    if (event.target.type === "file") getPieces(form);
    if (form.dataset.autosave) { stateOf(form).dirty = true; save(form); }
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print]");
    if (button) window.print();
    document.querySelectorAll("details.user[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && event.target.closest("details.user[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  function start() {
    document.querySelectorAll("textarea[data-count][maxlength]").forEach(count);
    document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
    document.querySelectorAll("form").forEach(function (form) {
      if (form.querySelector("[data-show-when]")) showWhatApplies(form);
    });
    var summary = document.querySelector(".errors[role=alert]");
    if (summary) summary.focus();
  }

  start();
})();
