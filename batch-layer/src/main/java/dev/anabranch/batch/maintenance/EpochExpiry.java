package dev.anabranch.batch.maintenance;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TileFiles;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Takes epochs that a published run has counted out of {@code speed/tiles}. Two stay, whatever has
 * counted them: epoch 0, which says where the log began, and the newest, from which the stream goes
 * on.
 */
final class EpochExpiry {
  /** What the speed layer commits epochs under. */
  private static final String APPLICATION = "speed";

  private static final int FILES_A_COMMIT = 4_096;

  /** A header is one small read; on S3 that is mostly waiting. */
  private static final int READS_AT_ONCE = 8;

  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;

  EpochExpiry(Storage storage, LakeLayout lake, Clock clock) {
    this.storage = storage;
    this.lake = lake;
    this.clock = clock;
  }

  /**
   * Expires epochs up to this one, inclusive.
   *
   * @param goOn throws where the work is not to go on
   * @return how many files left the table
   */
  long expire(long upTo, Runnable goOn) {
    TableWriter table = TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, clock);
    long newest = table.transaction(APPLICATION).orElse(0L);
    long expired = 0;
    ExecutorService readers = Executors.newFixedThreadPool(READS_AT_ONCE);
    try {
      List<DataFile> files = table.files();
      for (int from = 0; from < files.size(); from += FILES_A_COMMIT) {
        goOn.run();
        List<DataFile> some = files.subList(from, Math.min(files.size(), from + FILES_A_COMMIT));
        List<String> gone = expired(some, Math.min(upTo, newest - 1), readers);
        if (!gone.isEmpty() && table.replace(gone, List.of(), true)) {
          expired += gone.size();
        }
      }
      return expired;
    } finally {
      readers.shutdownNow();
    }
  }

  private List<String> expired(List<DataFile> files, long upTo, ExecutorService readers) {
    List<Future<EpochHeader>> headers = new ArrayList<>();
    for (DataFile file : files) {
      headers.add(readers.submit(() -> TileFiles.read(storage, file, List.of()).header()));
    }
    List<String> expired = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      EpochHeader header = get(headers.get(i));
      if (header.firstEpoch() > 0 && header.epoch() <= upTo) {
        expired.add(files.get(i).path());
      }
    }
    return expired;
  }

  private static EpochHeader get(Future<EpochHeader> header) {
    try {
      return header.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the headers of epochs were read", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }
}
