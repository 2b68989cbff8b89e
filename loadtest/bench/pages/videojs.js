const films = JSON.parse(document.getElementById("films").textContent);
const player = videojs("film");
let now = 0;
let from = 0;
function show() {
  document.body.dataset.episode = String(now + 1);
  player.src({ src: films[now], type: "application/vnd.apple.mpegurl" });
  player.play()?.catch(() => {});
}
show();
addEventListener("pointerdown", (event) => { from = event.clientY; }, true);
addEventListener("pointerup", (event) => {
  if (from - event.clientY < 60 || now + 1 >= films.length) return;
  now += 1;
  show();
}, true);
