package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.error.PlatformException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The newest epoch of a stream's table. */
public final class NewestEpoch {
  private NewestEpoch() {}

  /**
   * The header of the last epoch that the stream committed, found through its transaction version;
   * of the files only the newest few are opened. Empty before its first epoch.
   *
   * @param application the id under which the stream commits its epochs
   * @throws PlatformException the table names an epoch of which it holds no file
   */
  public static Optional<EpochHeader> of(Storage storage, TableWriter table, String application) {
    return table.transaction(application).map(epoch -> header(storage, table.files(), epoch));
  }

  /** As the other. */
  public static Optional<EpochHeader> of(Storage storage, TableTail table, String application) {
    return table.transaction(application).map(epoch -> header(storage, table.files(), epoch));
  }

  private static EpochHeader header(Storage storage, List<DataFile> files, long epoch) {
    return files.stream()
        .sorted(Comparator.comparing(DataFile::modificationTime).reversed())
        .map(file -> TileFiles.read(storage, file, List.of()).header())
        .filter(header -> header.epoch() == epoch)
        .findFirst()
        .orElseThrow(
            () ->
                PlatformException.external(
                    "A table of a stream says that epoch %d is committed, but none of its %d files ends with it: were files deleted? Restore the folder, or start with a new one."
                        .formatted(epoch, files.size()),
                    null));
  }
}
