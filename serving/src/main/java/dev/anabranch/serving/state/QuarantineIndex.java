package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The refused records at one version of {@code quarantine/events}: immutable. Which records there
 * are is in memory; details and values are read from files for the page asked for.
 */
public final class QuarantineIndex {
  private static final Comparator<Position> NEWEST_FIRST =
      Comparator.comparingLong(Position::kafkaTimestamp)
          .thenComparingInt(Position::partition)
          .thenComparingLong(Position::offset)
          .reversed();

  private final Storage storage;
  private final List<List<Entry>> files;
  private final Map<Reason, Long> counts;

  private record Entry(DataFile file, Position position, Reason reason) {}

  private QuarantineIndex(Storage storage, List<List<Entry>> files, Map<Reason, Long> counts) {
    this.storage = storage;
    this.files = files;
    this.counts = counts;
  }

  static QuarantineIndex empty(Storage storage) {
    return new QuarantineIndex(storage, List.of(), new EnumMap<>(Reason.class));
  }

  /** This index and files more. */
  QuarantineIndex plus(List<DataFile> added) {
    List<List<Entry>> all = new ArrayList<>(files);
    Map<Reason, Long> sums = new EnumMap<>(Reason.class);
    sums.putAll(counts);
    for (DataFile file : added) {
      List<Entry> entries = new ArrayList<>();
      for (RefusedRecord refused : QuarantineFiles.read(storage, file, false)) {
        entries.add(new Entry(file, Position.of(refused), refused.reason()));
        sums.merge(refused.reason(), 1L, Long::sum);
      }
      all.add(entries);
    }
    return new QuarantineIndex(storage, all, sums);
  }

  /** Newest first: by Kafka timestamp descending, then partition and offset, both descending. */
  public record Position(long kafkaTimestamp, int partition, long offset) {
    public static Position of(RefusedRecord refused) {
      return new Position(refused.kafkaTimestamp(), refused.partition(), refused.offset());
    }
  }

  /** How many records were refused for each reason; without the reasons that none was. */
  public Map<Reason, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** Newest first, only of that reason where one is given. */
  public Page<RefusedRecord> page(Optional<Reason> reason, Optional<Position> after, int limit) {
    Comparator<Entry> order = Comparator.comparing(Entry::position, NEWEST_FIRST);
    PriorityQueue<Entry> newest = new PriorityQueue<>(order.reversed());
    for (List<Entry> file : files) {
      for (Entry entry : file) {
        boolean wanted =
            (reason.isEmpty() || reason.get() == entry.reason())
                && (after.isEmpty() || NEWEST_FIRST.compare(entry.position(), after.get()) > 0);
        if (wanted) {
          newest.add(entry);
          if (newest.size() > limit + 1) {
            newest.poll();
          }
        }
      }
    }
    List<Entry> page = newest.stream().sorted(order).toList();
    boolean more = page.size() > limit;
    return new Page<>(read(more ? page.subList(0, limit) : page), more);
  }

  private List<RefusedRecord> read(List<Entry> page) {
    Map<Position, RefusedRecord> found = new HashMap<>();
    page.stream()
        .map(Entry::file)
        .distinct()
        .flatMap(file -> QuarantineFiles.read(storage, file, true).stream())
        .forEach(refused -> found.put(Position.of(refused), refused));
    return page.stream().map(entry -> found.get(entry.position())).toList();
  }
}
