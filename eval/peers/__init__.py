"""Stock pipelines that ours is measured against, each in a file of its own (`eval.bench_peers`).

They run with the Python of an environment of their own, because what they pin and what we pin do
not agree, and import nothing of ours but `eval.peers.exchange`.
"""
