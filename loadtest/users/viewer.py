"""Somebody in the hall who opens the festival and swipes through a series."""

import random

from locust import FastHttpUser, between, task

SEGMENTS = 3


class Viewer(FastHttpUser):
    """Most people watch what most people watch: earlier series of a section are opened more often."""

    weight = 3
    wait_time = between(1, 4)

    @task
    def swipe(self) -> None:
        with self.client.get("/api/festival", name="/api/festival") as answer:
            sections = answer.json()["sections"] if answer.status_code == 200 else []
        series = [card["slug"] for section in sections for card in section["series"]]
        if not series:
            return
        [slug] = random.choices(series, weights=[1 / (place + 1) for place in range(len(series))])
        with self.client.get(f"/api/feed?series={slug}&limit=3", name="/api/feed") as answer:
            items = answer.json()["items"] if answer.status_code == 200 else []
        for item in items:
            self.watch(item["stream"])

    def watch(self, stream: dict[str, object]) -> None:
        base, video = stream["base"], stream["video"]
        if isinstance(video, list) and video:
            for number in range(min(SEGMENTS, len(video[0]["segments"]))):
                self.client.get(f"{base}{video[0]['name']}/{number:03d}.m4s", name="/media")
