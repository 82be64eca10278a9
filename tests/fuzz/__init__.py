"""Generated tables, judged by Agored and by frictionless beside it: any difference is a failure.

``python -m tests.fuzz --tables 20000 --seed 0`` compares as many as one likes; ``seeds.txt`` holds the seeds
that once failed.
"""
