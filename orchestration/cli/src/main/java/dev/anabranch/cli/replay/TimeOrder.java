package dev.anabranch.cli.replay;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Events by their time; those of the same time keep their order. A merge sort: of a long stream all
 * but the last run are in files of a temporary folder, so the memory does not grow with the stream.
 */
final class TimeOrder implements Iterator<Event>, AutoCloseable {

  /** Events of one run: some tens of megabytes. */
  static final int RUN_EVENTS = 100_000;

  private static final Comparator<Event> BY_TIME = Comparator.comparingLong(Event::eventTimeMicros);

  private final List<Path> files = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();
  private final PriorityQueue<Run> heads =
      new PriorityQueue<>(
          Comparator.comparingLong((Run run) -> run.head.eventTimeMicros())
              .thenComparingInt(run -> run.number));

  /** Takes all events of a stream. */
  static TimeOrder of(Iterator<Event> events, int runEvents) {
    TimeOrder order = new TimeOrder();
    try {
      order.sort(events, runEvents);
      return order;
    } catch (IOException e) {
      order.close();
      throw CommandFailure.failed(
          "Sorting by time failed: %s. Is the disk of temporary files full?".formatted(e), e);
    } catch (RuntimeException e) {
      order.close();
      throw e;
    }
  }

  private void sort(Iterator<Event> events, int runEvents) throws IOException {
    List<Event> run = new ArrayList<>();
    while (events.hasNext()) {
      run.add(events.next());
      if (run.size() == runEvents && events.hasNext()) {
        run.sort(BY_TIME);
        files.add(write(run));
        run = new ArrayList<>();
      }
    }
    run.sort(BY_TIME);
    for (Path file : files) {
      runs.add(new Run(runs.size(), new FileRun(file)));
    }
    runs.add(new Run(runs.size(), run.iterator()));
    for (Run each : runs) {
      if (each.advance()) {
        heads.add(each);
      }
    }
  }

  private static Path write(List<Event> run) throws IOException {
    Path file = Files.createTempFile("anabranch-replay-", ".run");
    file.toFile().deleteOnExit();
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (Event event : run) {
        byte[] json = EventJson.write(event);
        out.writeInt(json.length);
        out.write(json);
      }
    }
    return file;
  }

  @Override
  public boolean hasNext() {
    return !heads.isEmpty();
  }

  @Override
  public Event next() {
    Run first = heads.remove();
    Event event = first.head;
    if (first.advance()) {
      heads.add(first);
    }
    return event;
  }

  @Override
  public void close() {
    try {
      for (Run run : runs) {
        if (run.events instanceof FileRun file) {
          file.in.close();
        }
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove a temporary file", e);
    }
  }

  /** A sorted part and its first event that was not taken yet. */
  private static final class Run {
    private final int number;
    private final Iterator<Event> events;
    private Event head;

    Run(int number, Iterator<Event> events) {
      this.number = number;
      this.events = events;
    }

    boolean advance() {
      boolean more = events.hasNext();
      if (more) {
        head = events.next();
      }
      return more;
    }
  }

  private static final class FileRun implements Iterator<Event> {
    private final DataInputStream in;
    private final EventValidator validator = new EventValidator();

    FileRun(Path file) throws IOException {
      this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    }

    @Override
    public boolean hasNext() {
      try {
        in.mark(1);
        boolean more = in.read() >= 0;
        in.reset();
        return more;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Event next() {
      try {
        byte[] json = in.readNBytes(in.readInt());
        return ((Verdict.Accepted) validator.validate(json, Long.MAX_VALUE)).event();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
