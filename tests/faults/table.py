"""What may break, what must happen then, and the tests that hold it. test_table.py sees to it that every line has some."""

from typing import Final

from msgspec import Struct


class Row(Struct, frozen=True):
    """`tests` are file and function, below tests/."""

    fault: str
    must: str
    tests: tuple[str, ...]


def _in(file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{file}::test_{name}" for name in names)


_API, _DATABASE, _REDIS = "faults/test_api_faults.py", "faults/test_database_faults.py", "faults/test_redis_faults.py"
_STORE, _WORKER, _CHAOS = "faults/test_store_faults.py", "faults/test_worker_faults.py", "faults/test_chaos.py"
_MAIL, _FAILOVER, _BOX = "faults/test_mail_faults.py", "faults/test_redis_failover.py", "faults/test_box.py"
_EVENING: Final = _in(_CHAOS, "votes_are_exact_while_servers_die")

TABLE: Final = (
    Row(
        "an API process is killed",
        "others serve, phones send again, no confirmed vote is lost or counted twice",
        (*_EVENING, *_in(_API, "killed_process_costs_no_vote")),
    ),
    Row(
        "an API process is killed between COMMIT and the live board",
        "the ledger is right, and the next check mends the board",
        _in(_REDIS, "worker_killed_between_commit_and_board_leaves_a_board_that_is_mended"),
    ),
    Row(
        "PostgreSQL is killed or started again",
        "503 with a time to come back, at once; then votes go on and none is lost",
        (*_EVENING, *_in(_DATABASE, "dead_database_is_told_at_once_and_votes_go_on_when_it_is_back")),
    ),
    Row(
        "PostgreSQL stands still",
        "nobody waits for it, the queue has an end, memory stays where it is, and all of it recovers",
        (
            *_in(_DATABASE, "frozen_database_is_not_waited_for"),
            *_in(_API, "more_votes_than_can_wait_are_refused_at_once_and_come_in_later"),
        ),
    ),
    Row(
        "PostgreSQL's disk is full, for rows or for its log",
        "votes are answered 503, status and log raise the alarm, and with room again it goes on without repair",
        _in(_DATABASE, "full_disk_refuses_votes_with_an_alarm_and_needs_no_repair"),
    ),
    Row(
        "PostgreSQL has no connection left",
        "who reads is asked to come again, who votes is not",
        _in(_DATABASE, "house_without_a_free_connection_refuses_readers_and_stores_votes"),
    ),
    Row(
        "two transactions stand in each other's way",
        "the one that gives in is asked to come again",
        _in(_DATABASE, "request_that_gives_way_in_a_deadlock_is_asked_to_come_again"),
    ),
    Row(
        "a standby takes PostgreSQL's place",
        "503 until it may write; then votes go on, and every confirmed one is there",
        _in(_DATABASE, "standby_that_takes_over_has_every_confirmed_vote"),
    ),
    Row(
        "Redis is killed, emptied, frozen or gone for good",
        "votes, films and sessions go on, the board is the ledger's, and nobody gets a code that could be guessed",
        (
            *_EVENING,
            *_in(
                _REDIS,
                "frozen_redis_costs_nothing_but_the_live_board",
                "redis_that_is_gone_for_good_costs_nothing_but_the_live_board",
                "connections_that_are_reset_are_made_again",
            ),
            *_in("voting/test_board.py", "flushall_in_the_evening_costs_nothing"),
        ),
    ),
    Row(
        "a server of a Redis cluster, or the primary of Sentinels, dies",
        "no vote and no pause, and the board is right again",
        _in(
            _FAILOVER,
            "cluster_goes_on_where_a_primary_dies",
            "heir_that_the_sentinel_names_takes_over",
            "address_of_a_managed_redis_that_moves_is_followed",
        ),
    ),
    Row(
        "Redis has no memory left",
        "as if it were gone, and no script is half applied",
        _in(
            _REDIS,
            "full_redis_costs_no_vote_and_its_board_is_the_ledgers",
            "function_is_refused_as_a_whole_where_memory_ends",
        ),
    ),
    Row(
        "the bucket answers 500 or 503, is slow, breaks off, is reset, or finds our clock wrong",
        "uploads go on where they were, a worker tries thrice, known films play, and nothing half is shown",
        _in(
            _STORE,
            "part_that_is_reset_on_its_way_is_sent_again_and_the_others_stay",
            "bucket_that_refuses_is_told_as_such_and_the_upload_ends_well",
            "bucket_that_stumbles_is_asked_again",
            "slow_bucket_holds_up_nobody_who_does_not_need_it",
            "films_are_found_and_listed_while_the_bucket_is_gone",
            "package_that_cannot_be_stored_is_given_up_and_nothing_of_it_is_there",
            "film_that_comes_in_pieces_is_fetched_until_it_is_whole",
        ),
    ),
    Row(
        "the disk of the store is full",
        "the sender is told so, keeps what has arrived, and goes on when there is room",
        _in(_API, "full_store_is_told_as_such_and_the_upload_goes_on_when_there_is_room"),
    ),
    Row(
        "a worker's disk is full, or its encoder is killed for its memory",
        "the job ends with a code, nothing is left of it, and the worker takes the next",
        _in(
            _WORKER,
            "full_disk_of_a_worker_ends_the_job_and_the_next_one_goes_well",
            "encoder_that_is_killed_each_time_ends_the_job_and_the_next_one_goes_well",
        ),
    ),
    Row(
        "the answer to a vote is lost, or the line is slow, narrow or breaks in the middle",
        "the same tap gets the same receipt and counts once",
        _in(_API, "vote_whose_answer_was_lost_gets_the_same_receipt_again", "vote_over_a_bad_line_counts_once"),
    ),
    Row(
        "the clock of an API process is ten minutes off",
        "voting ends when the database says so",
        _in(_API, "closing_is_the_databases_whatever_the_process_believes"),
    ),
    Row(
        "an API process is told to end under load",
        "every vote it has taken is answered first",
        _in(_API, "process_that_is_told_to_end_answers_every_vote_it_has_taken"),
    ),
    Row(
        "more votes than can wait",
        "refused at once, with a time to come back",
        (
            *_in(_API, "more_votes_than_can_wait_are_refused_at_once_and_come_in_later"),
            *_in("voting/test_batcher.py", "full_queue_refuses_at_once_with_a_time_to_come_back"),
        ),
    ),
    Row(
        "requests that never end, huge heads, a flood of live pages",
        "turned away with bounds; everybody else is served",
        _in(
            _API,
            "hundreds_who_never_finish_their_request_keep_nobody_out",
            "huge_heads_are_turned_away_and_keep_nobody_out",
            "flood_of_live_pages_is_turned_away_and_keeps_nobody_out",
        ),
    ),
    Row(
        "the mail server is away",
        "nobody waits for it, and letters that were promised go out once when it is back",
        (
            *_in(
                _MAIL,
                "letter_waits_for_the_mail_server_and_goes_out_once",
                "mail_server_that_breaks_off_is_away",
                "address_that_is_refused_for_good_holds_up_nobody",
            ),
            *_in("test_mail.py", "caller_does_not_wait_for_the_mail_server"),
        ),
    ),
)
#: What no ordinary run has time for.
LONG: Final = (
    Row(
        "servers die for half an hour",
        "a million votes, each exactly once",
        _in(_CHAOS, "votes_are_exact_for_half_an_hour"),
    ),
    Row(
        "the way out of the house is cut",
        "upload, encode, watch, vote, score, publish and verify; nobody even tries to leave",
        _in(_BOX, "festival_in_a_box"),
    ),
    Row(
        "half an hour of an ordinary evening",
        "memory, files and connections stay where they are",
        _in("faults/test_soak.py", "nothing_grows_through_an_evening"),
    ),
)
