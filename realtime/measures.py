"""What operators see of the pipes on /metrics."""

from core import metrics

connections = metrics.gauge("jari_live_connections", "Open sockets")
topics = metrics.gauge("jari_live_topics", "Topics that somebody watches")
watches = metrics.gauge("jari_live_watches", "Topics of all open sockets")
changes_in = metrics.counter("jari_live_changes_in", "Changes that came over the channel layer")
coalesced = metrics.counter("jari_live_coalesced", "Changes that a newer one overtook on the way")
frames_out = metrics.counter("jari_live_frames_out", "Frames written, counted for each socket")
bytes_out = metrics.counter("jari_live_bytes_out", "Bytes of these frames")
skipped = metrics.counter("jari_live_skipped", "Writes that a full socket was spared")
healed = metrics.counter("jari_live_healed", "Changes found by reading, not by listening")
flush_seconds = metrics.histogram(
    "jari_live_flush_seconds", "Processor time to write a flush to all watchers of a topic"
)
commit_to_write_seconds = metrics.histogram(
    "jari_live_commit_to_write_seconds",
    "From a commit until all watchers on this process are written to",
)
published = metrics.counter("jari_published_changes", "Changes that were to be published")
sent = metrics.counter("jari_published_messages", "Messages sent to the channel layer")
