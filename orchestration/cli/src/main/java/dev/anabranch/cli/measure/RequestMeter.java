package dev.anabranch.cli.measure;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Measures how long one request takes, from the request to the last byte of its answer, over a
 * kept-alive connection, at an even pace, by a client that reads in the thread that asks: each
 * thread that an answer is handed to waits for a core by itself. An answer that is late delays
 * those behind it, and their waiting is not counted: what is measured is the server, not a queue.
 */
public final class RequestMeter implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Latencies are counted in tenths of a millisecond, up to six seconds. */
  private static final double PER_MILLI = 10;

  private static final int PATIENCE_MILLIS = 30_000;

  private final URL url;
  private final Latencies latencies = new Latencies();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile long bytes;
  private volatile String failure = "";

  private RequestMeter(URL url) {
    this.url = url;
    this.thread = new Thread(this::ask, "request-meter");
    thread.setDaemon(true);
  }

  /**
   * What was measured.
   *
   * @param requests how many
   * @param bytes of the last answer
   * @param p50 milliseconds; empty where there was no request
   * @param p99 milliseconds; empty where there was no request
   */
  public record Result(long requests, long bytes, OptionalDouble p50, OptionalDouble p99) {}

  /** Begins to ask. */
  public static RequestMeter start(String url) {
    try {
      RequestMeter meter = new RequestMeter(URI.create(url).toURL());
      meter.thread.start();
      return meter;
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Ends the measurement.
   *
   * @throws CommandFailure a request failed
   */
  public Result stop() throws InterruptedException {
    close();
    thread.join();
    if (!failure.isEmpty()) {
      throw CommandFailure.failed("%s: %s".formatted(url, failure));
    }
    return new Result(latencies.total(), bytes, millis(0.5), millis(0.99));
  }

  @Override
  public void close() {
    stopped = true;
  }

  private OptionalDouble millis(double share) {
    OptionalLong units = latencies.percentile(share);
    return units.isPresent()
        ? OptionalDouble.of(units.getAsLong() / PER_MILLI)
        : OptionalDouble.empty();
  }

  private void ask() {
    try {
      while (!stopped) {
        long began = System.nanoTime();
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        if (connection.getResponseCode() != 200) {
          failure = "status " + connection.getResponseCode();
          return;
        }
        try (InputStream answer = connection.getInputStream()) {
          bytes = answer.transferTo(OutputStream.nullOutputStream());
        }
        latencies.add(Math.round((System.nanoTime() - began) / 1e6 * PER_MILLI));
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (IOException e) {
      failure = e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
