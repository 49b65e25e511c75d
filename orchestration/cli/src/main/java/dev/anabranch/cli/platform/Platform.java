package dev.anabranch.cli.platform;

import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import dev.anabranch.cli.platform.SupervisedPart.Supervision;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a list of parts on a folder and keeps the folder's status document up to date. */
final class Platform {

  private static final Logger log = LoggerFactory.getLogger(Platform.class);

  private static final String STARTING = "starting";
  private static final String STOPPING = "stopping";
  private static final Duration FOR_EVER = Duration.ofDays(365);
  private static final Duration BETWEEN_LOOKS_AT_LOGS = Duration.ofSeconds(30);
  private static final long LOG_LIMIT_BYTES = 32L * 1024 * 1024;
  private static final Pattern URL = Pattern.compile("\"url\"\\s*:\\s*\"([^\"]+)\"");

  private final PlatformFolder folder;
  private final Consumer<PartStatus> progress;
  private final StatusBoard board;
  private final List<PartStatus> leftOut;
  private final List<SupervisedPart> parts = new ArrayList<>();
  private final List<LogFile> logs = new ArrayList<>();

  private volatile Addresses addresses;
  private volatile String state = STARTING;

  /**
   * @param specs in the order of start
   * @param leftOut parts that are not to run, to be shown beside those that do
   * @param progress told of every change of a part
   */
  Platform(
      PlatformFolder folder,
      List<PartSpec> specs,
      List<PartStatus> leftOut,
      Addresses addresses,
      Supervision supervision,
      Consumer<PartStatus> progress) {
    this.folder = folder;
    this.leftOut = List.copyOf(leftOut);
    this.addresses = addresses;
    this.progress = progress;
    this.board = new StatusBoard(this::changed);
    for (PartSpec spec : specs) {
      LogFile file = new LogFile(folder.logs().resolve(spec.name() + ".log"));
      logs.add(file);
      parts.add(new SupervisedPart(spec, file, board, supervision, this::ready));
    }
  }

  /**
   * Starts all parts. Returns when none is at its first start any more: each runs, or has ended and
   * is being restarted, or has been given up; also when another thread has called {@link #stop()}.
   */
  void start() throws IOException, InterruptedException {
    publish();
    for (LogFile file : logs) {
      file.rotateOver(LOG_LIMIT_BYTES / 2);
    }
    parts.forEach(SupervisedPart::start);
    Thread housekeeping = new Thread(this::boundLogs, "housekeeping");
    housekeeping.setDaemon(true);
    housekeeping.start();
    board.await(() -> !state.equals(STARTING) || board.none(PartState.STARTING), FOR_EVER);
    if (state.equals(STARTING)) {
      state = "running";
      publish();
    }
  }

  /** Stops all parts in the reverse order; returns when no process is left. May be called twice. */
  void stop() throws IOException, InterruptedException {
    state = STOPPING;
    board.wake();
    publish();
    for (int i = parts.size() - 1; i >= 0; i--) {
      parts.get(i).stop();
    }
    folder.removeStatus();
  }

  /** Waits until the parts are as wanted; false when the limit has passed. */
  boolean await(Predicate<List<PartStatus>> wanted, Duration limit) throws InterruptedException {
    return board.await(() -> wanted.test(board.all()), limit);
  }

  PlatformStatus status() {
    List<PartStatus> all = new ArrayList<>(board.all());
    all.addAll(leftOut);
    return new PlatformStatus(state, ProcessHandle.current().pid(), all, addresses);
  }

  private void ready(String name, String said) {
    Matcher url = URL.matcher(said);
    if (name.equals(EmbeddedParts.SERVING) && url.find()) {
      addresses = addresses.withServing(url.group(1));
    }
  }

  private void changed(PartStatus part) {
    publish();
    progress.accept(part);
  }

  private void publish() {
    synchronized (board) {
      try {
        folder.writeStatus(status());
      } catch (IOException e) {
        // The parts matter more than the document; the next change writes it again.
        log.warn("The status in {} cannot be written: {}", folder.run(), e.toString());
      }
    }
  }

  private void boundLogs() {
    try {
      while (!board.await(() -> state.equals(STOPPING), BETWEEN_LOOKS_AT_LOGS)) {
        for (LogFile file : logs) {
          boundLog(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void boundLog(LogFile file) {
    try {
      file.rotateOver(LOG_LIMIT_BYTES);
    } catch (IOException e) {
      log.warn("{} cannot be cut: {}", file.path(), e.toString());
    }
  }
}
