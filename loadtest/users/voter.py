"""Somebody who votes when the credits roll, and now and then changes their mind or taps twice."""

import random

import uuid_utils.compat as uuids
from locust import FastHttpUser, between, task


class Voter(FastHttpUser):
    weight = 1
    wait_time = between(0.5, 3)

    def on_start(self) -> None:
        self.award, self.ballot, self.entries = 0, "", []
        with self.client.get("/api/awards", name="/api/awards") as answer:
            awards = (
                [award["id"] for award in answer.json() if award["state"] == "open"]
                if answer.status_code == 200
                else []
            )
        if not awards:
            return
        self.award = awards[0]
        with self.client.get(f"/api/awards/{self.award}", name="/api/awards/:id") as answer:
            self.entries = [entry["id"] for entry in answer.json()["entries"]]
        with self.client.post(f"/api/awards/{self.award}/ballot", name="/api/awards/:id/ballot") as answer:
            self.ballot = answer.json()["ballot"]

    @task
    def vote(self) -> None:
        if not self.entries:
            return
        tap = {"id": str(uuids.uuid7()), "entry": random.choice(self.entries), "value": random.randint(1, 5)}
        for _ in range(random.choices([1, 2], weights=[9, 1])[0]):
            self.client.post(
                f"/api/awards/{self.award}/votes",
                json=tap,
                headers={"Ballot": self.ballot},
                name="/api/awards/:id/votes",
            )
