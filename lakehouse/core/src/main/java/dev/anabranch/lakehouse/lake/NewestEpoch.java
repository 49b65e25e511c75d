package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The newest epoch of a stream's table. */
public final class NewestEpoch {
  private NewestEpoch() {}

  /**
   * The header of the last epoch that the stream committed, found through its transaction version;
   * of the files only the newest few are opened.
   *
   * @param application the id under which the stream commits its epochs
   */
  public static Optional<EpochHeader> of(Storage storage, TableTail tail, String application) {
    return tail.transaction(application).flatMap(epoch -> of(storage, tail.files(), epoch));
  }

  /** The header that ends with this epoch. */
  public static Optional<EpochHeader> of(Storage storage, List<DataFile> files, long epoch) {
    return files.stream()
        .sorted(Comparator.comparing(DataFile::modificationTime).reversed())
        .map(file -> TileFiles.read(storage, file, List.of()).header())
        .filter(header -> header.epoch() == epoch)
        .findFirst();
  }
}
