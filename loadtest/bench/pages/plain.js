const films = JSON.parse(document.getElementById("films").textContent);
const video = document.getElementById("film");
const hls = new Hls();
let now = 0;
let from = 0;
function show() {
  document.body.dataset.episode = String(now + 1);
  hls.loadSource(films[now]);
  video.play().catch(() => {});
}
hls.attachMedia(video);
show();
addEventListener("pointerdown", (event) => { from = event.clientY; });
addEventListener("pointerup", (event) => {
  if (from - event.clientY < 60 || now + 1 >= films.length) return;
  now += 1;
  show();
});
