package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The refused records at one version of {@code quarantine/events}: immutable. In memory is, for
 * each file, what it counts and which times it spans; records are read for the page asked for, from
 * the files that can hold them.
 */
public final class QuarantineIndex {
  private static final Comparator<Position> NEWEST_FIRST =
      Comparator.comparingLong(Position::kafkaTimestamp)
          .thenComparingInt(Position::partition)
          .thenComparingLong(Position::offset)
          .reversed();

  private final Storage storage;

  /** By their newest records, newest first. */
  private final List<Summary> files;

  private record Summary(
      DataFile file, Map<Reason, Long> counts, Position newest, Position oldest) {}

  /** Newest first: by Kafka timestamp descending, then partition and offset, both descending. */
  public record Position(long kafkaTimestamp, int partition, long offset) {
    public static Position of(RefusedRecord refused) {
      return new Position(refused.kafkaTimestamp(), refused.partition(), refused.offset());
    }
  }

  private QuarantineIndex(Storage storage, List<Summary> files) {
    this.storage = storage;
    this.files = files;
  }

  static QuarantineIndex empty(Storage storage) {
    return new QuarantineIndex(storage, List.of());
  }

  /** This index and files more, which are read without their values. */
  QuarantineIndex plus(Collection<DataFile> more) {
    List<Summary> all = new ArrayList<>(files);
    more.forEach(file -> summary(file).ifPresent(all::add));
    // What is there is in order already, so that this costs hardly more than the copy.
    all.sort(Comparator.comparing(Summary::newest, NEWEST_FIRST));
    return all.size() == files.size() ? this : new QuarantineIndex(storage, all);
  }

  private Optional<Summary> summary(DataFile file) {
    List<RefusedRecord> records = QuarantineFiles.read(storage, file, false);
    List<Position> positions = records.stream().map(Position::of).sorted(NEWEST_FIRST).toList();
    if (positions.isEmpty()) {
      return Optional.empty();
    }
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    records.forEach(refused -> counts.merge(refused.reason(), 1L, Long::sum));
    return Optional.of(
        new Summary(file, counts, positions.get(0), positions.get(positions.size() - 1)));
  }

  /** This index without the files for which a condition holds. */
  QuarantineIndex without(Predicate<String> gone) {
    List<Summary> left =
        files.stream().filter(summary -> !gone.test(summary.file().path())).toList();
    return left.size() == files.size() ? this : new QuarantineIndex(storage, left);
  }

  /** The paths of the files. */
  Set<String> paths() {
    return files.stream().map(summary -> summary.file().path()).collect(Collectors.toSet());
  }

  /** How many records were refused for each reason; without the reasons that none was. */
  public Map<Reason, Long> counts() {
    Map<Reason, Long> sums = new EnumMap<>(Reason.class);
    files.forEach(
        file -> file.counts().forEach((reason, count) -> sums.merge(reason, count, Long::sum)));
    return sums;
  }

  /** Newest first, only of that reason where one is given. */
  public Page<RefusedRecord> page(Optional<Reason> reason, Optional<Position> after, int limit) {
    Comparator<Position> oldestFirst = NEWEST_FIRST.reversed();
    PriorityQueue<Position> newest = new PriorityQueue<>(oldestFirst);
    Map<Position, DataFile> holders = new HashMap<>();
    for (Summary summary : files) {
      boolean full = newest.size() > limit;
      if (full && NEWEST_FIRST.compare(summary.newest(), newest.element()) > 0) {
        break;
      }
      if (!mayHold(summary, reason, after)) {
        continue;
      }
      for (RefusedRecord refused : QuarantineFiles.read(storage, summary.file(), false)) {
        Position position = Position.of(refused);
        if (isBehind(position, after) && (reason.isEmpty() || reason.get() == refused.reason())) {
          newest.add(position);
          holders.put(position, summary.file());
          if (newest.size() > limit + 1) {
            holders.remove(newest.remove());
          }
        }
      }
    }
    List<Position> page = newest.stream().sorted(NEWEST_FIRST).limit(limit).toList();
    holders.keySet().retainAll(Set.copyOf(page));
    return new Page<>(read(page, Set.copyOf(holders.values())), newest.size() > limit);
  }

  private static boolean mayHold(
      Summary summary, Optional<Reason> reason, Optional<Position> after) {
    return reason.map(summary.counts()::containsKey).orElse(true)
        && isBehind(summary.oldest(), after);
  }

  private static boolean isBehind(Position position, Optional<Position> after) {
    return after.isEmpty() || NEWEST_FIRST.compare(position, after.get()) > 0;
  }

  private List<RefusedRecord> read(List<Position> page, Collection<DataFile> from) {
    Set<Position> wanted = Set.copyOf(page);
    Map<Position, RefusedRecord> found = new HashMap<>();
    for (DataFile file : from) {
      for (RefusedRecord refused : QuarantineFiles.read(storage, file, true)) {
        Position position = Position.of(refused);
        if (wanted.contains(position)) {
          found.put(position, refused);
        }
      }
    }
    return page.stream().map(found::get).toList();
  }
}
