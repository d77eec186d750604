"""The thread behind the studio."""

import threading

from ocrprep.studio.worker import Worker


def test_a_worker_at_rest_has_ended_what_ran_and_forgotten_what_waited():
    worker, began, goes_on, done = Worker("tested"), threading.Event(), threading.Event(), []

    def first():
        began.set()
        goes_on.wait(20)
        done.append("first")

    worker.run(first)
    worker.run(lambda: done.append("second"))
    assert began.wait(20)
    threading.Timer(0.1, goes_on.set).start()
    worker.rest(20)
    assert done == ["first"]
    assert worker.run(lambda: "again").result(20) == "again"
