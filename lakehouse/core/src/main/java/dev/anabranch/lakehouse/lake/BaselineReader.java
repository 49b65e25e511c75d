package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.util.Optional;

/** Follows {@code batch/baselines}. Not safe for use by several threads at once. */
public final class BaselineReader {
  private final Storage storage;
  private final TableTail tail;
  private Optional<Baselines> current = Optional.empty();

  public BaselineReader(Storage storage, LakeLayout lake) {
    this.storage = storage;
    this.tail = new TableTail(storage, lake.baselines());
  }

  /** What was learnt last; empty where nothing has been. */
  public Optional<Baselines> current() {
    if (!tail.poll().isEmpty()) {
      try {
        current = BaselineTable.read(storage, tail.files());
      } catch (RuntimeException e) {
        tail.reset(); // To be read at the next look.
        throw e;
      }
    }
    return current;
  }
}
