package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The committed epochs of the speed layer, as a batch run sees them: where it may draw its boundary
 * and where the log began. Reads headers only. Not safe for use by several threads at once.
 */
public final class SpeedEpochs {
  private final Storage storage;
  private final TableTail tail;
  private Optional<EpochHeader> newest = Optional.empty();

  public SpeedEpochs(Storage storage, LakeLayout lake) {
    this.storage = storage;
    this.tail = new TableTail(storage, lake.speedTiles());
  }

  /** The newest committed epoch; empty before the speed layer has committed its first. */
  public Optional<EpochHeader> newest() {
    for (Commit commit : tail.poll()) {
      if (commit.snapshot()) {
        lookBack(commit);
      } else {
        commit.added().forEach(this::look);
      }
    }
    return newest;
  }

  /** Where epoch 0 stood: the beginning of the log; empty as for {@link #newest}. */
  public Optional<Offsets> beginning() {
    tail.poll();
    Optional<EpochHeader> first = Optional.empty();
    for (DataFile file : byAge()) {
      EpochHeader header = header(file);
      if (first.isEmpty() || header.firstEpoch() < first.get().firstEpoch()) {
        first = Optional.of(header);
      }
      if (header.firstEpoch() == 0) {
        break;
      }
    }
    return first.map(EpochHeader::from);
  }

  /** From the last commit back to one of the stream itself; compactions bring no new epoch. */
  private void lookBack(Commit snapshot) {
    for (long version = snapshot.version(); version >= 0; version--) {
      Optional<Commit> commit = tail.commit(version);
      if (commit.isEmpty()) {
        break;
      }
      commit.get().added().stream().filter(file -> tail.holds(file.path())).forEach(this::look);
      if (newest.isPresent() && !commit.get().transactions().isEmpty()) {
        return;
      }
    }
    List<DataFile> files = byAge();
    for (int i = files.size() - 1; i >= 0; i--) {
      if (look(files.get(i))) {
        return;
      }
    }
  }

  /** True where the file is that of one epoch, not of several merged. */
  private boolean look(DataFile file) {
    EpochHeader header = header(file);
    if (newest.isEmpty() || newest.get().epoch() < header.epoch()) {
      newest = Optional.of(header);
    }
    return header.firstEpoch() == header.epoch();
  }

  private List<DataFile> byAge() {
    return tail.files().stream().sorted(Comparator.comparing(DataFile::modificationTime)).toList();
  }

  private EpochHeader header(DataFile file) {
    return TileFiles.read(storage, file, List.of()).header();
  }
}
