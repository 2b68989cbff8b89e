"""Benches: `make bench-<name>` measures ours beside its baselines in one run and judges goals by an interval's bound.

A bench is a module with a `main()` that makes rows of paired measurements, prints them with `report.table`, turns them
into ratios with `report.interval` (one value per independent pair; `report.by_group` first where rows share a source),
and ends with `report.finish`, which prints the goals and, as the last line, the JSON object that tools read. One that
lacks what it measures with ends by `report.give_up` (exit code 2). Real footage comes from `clips`, a plain
transcoder's commands and the processor's seconds from `plain`.
"""
