// Stands in the first page itself, before any form: nothing is posted in the
// plain way while the script that seals may still come. Old browsers must
// understand this one.
(function () {
	var box = document.getElementById("guard");
	var worker = navigator.serviceWorker;
	var state = 0, isPlain = false, isReady = false, waiting = null;

	function show() {
		box.hidden = false;
		for (var i = 0; i < box.children.length; i++)
			box.children[i].hidden = i !== state;
		box.scrollIntoView();
	}
	function fail() {
		if (isReady || isPlain || state === 2)
			return;
		state = 1;
		show();
	}
	function stop(event) {
		event.preventDefault();
		event.stopImmediatePropagation();
		waiting = event.target;
		show();
	}
	// Whoever is between the page and the network could answer in our place.
	function look() {
		if (worker && worker.controller) {
			state = 2;
			show();
			document.addEventListener("submit", stop, true);
		}
	}

	document.addEventListener("submit", stop, true);
	addEventListener("error", fail, true);
	setTimeout(fail, 45000);
	box.addEventListener("click", function (event) {
		if (event.target.tagName !== "BUTTON")
			return;
		if (event.target.className === "") {
			location.reload();
			return;
		}
		isPlain = true;
		box.hidden = true;
		document.removeEventListener("submit", stop, true);
		if (waiting)
			waiting.submit();
	});
	// The script asks whether it may take over.
	document.addEventListener("pista", function (event) {
		if (isPlain || state === 2) {
			event.preventDefault();
			return;
		}
		isReady = true;
		box.hidden = true;
		document.removeEventListener("submit", stop, true);
		if (waiting)
			setTimeout(function () {
				waiting.requestSubmit();
			}, 0);
	});
	if (worker)
		worker.addEventListener("controllerchange", look);
	look();
})();
