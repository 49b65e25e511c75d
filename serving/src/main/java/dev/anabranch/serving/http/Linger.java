package dev.anabranch.serving.http;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * Reads what is left of a request's body after its answer has gone out, within bounds, and drops
 * it. To close the connection at once would reset it, and a client that is still sending would
 * never see why it was refused.
 */
final class Linger extends Callback.Nested {
  private static final long MAX_BYTES = 64 << 20;
  private static final long MAX_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long SILENCE_MILLIS = 1_000;

  private final Request request;
  private final EndPoint connection;
  private final long usualSilence;
  private long bytes;
  private long begunAt;

  private Linger(Request request, Callback callback) {
    super(callback);
    this.request = request;
    this.connection = request.getConnectionMetaData().getConnection().getEndPoint();
    this.usualSilence = connection.getIdleTimeout();
  }

  /** The callback for a request's answer; the same one where no body may be left. */
  static Callback after(Request request, Callback callback) {
    boolean waits = request.getHeaders().contains(HttpHeader.EXPECT);
    boolean hasBody =
        request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    return hasBody && !waits ? new Linger(request, callback) : callback;
  }

  @Override
  public void succeeded() {
    begunAt = System.nanoTime();
    connection.setIdleTimeout(SILENCE_MILLIS);
    drop();
  }

  private void drop() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this::drop);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        break;
      }
      bytes += chunk.remaining();
      chunk.release();
      if (chunk.isLast() || bytes > MAX_BYTES || System.nanoTime() - begunAt > MAX_NANOS) {
        break;
      }
    }
    connection.setIdleTimeout(usualSilence);
    super.succeeded();
  }
}
