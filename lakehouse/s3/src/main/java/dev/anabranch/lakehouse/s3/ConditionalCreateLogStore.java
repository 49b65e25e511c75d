package dev.anabranch.lakehouse.s3;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A Delta log store for S3 that any number of processes share: a version is committed by creating
 * its file on the condition that there is none. Delta's own {@code S3SingleDriverLogStore} looks
 * and then writes, under a lock inside one JVM: with two of them, commits vanish without an error.
 *
 * <p>For Spark: {@code spark.delta.logStore.s3a.impl}; for Delta Kernel: {@code
 * io.delta.kernel.logStore.s3a.impl}; the value is this class's name. <b>One writer of a table that
 * is left on the default voids the safety of all.</b> Whether a store honours the condition, {@link
 * StoreProbe} finds out.
 *
 * <p>Costs one PUT a commit and no look at what is there; a conflict costs one HEAD more. A commit
 * is visible whole or not at all.
 */
public final class ConditionalCreateLogStore extends HadoopFileSystemLogStore {

  /** Made by Delta, by reflection. */
  public ConditionalCreateLogStore(Configuration hadoopConf) {
    super(hadoopConf);
  }

  /**
   * Where the actions cannot all be had, nothing is written.
   *
   * @throws FileAlreadyExistsException another writer has this version; Delta then looks at it and
   *     tries the next one
   * @throws UnknownOutcomeException the commit may stand or not. Delta's transaction fails; whoever
   *     repeats it must be able to tell, by {@code txnAppId} and {@code txnVersion} say
   */
  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration conf)
      throws IOException {
    FileSystem fileSystem = path.getFileSystem(conf);
    // What may be replaced is _last_checkpoint and the like.
    Publication file =
        overwrite ? Overwrite.begin(fileSystem, path) : ConditionalCreate.begin(fileSystem, path);
    boolean complete = false;
    try {
      copy(actions, file.out());
      complete = true;
    } finally {
      if (!complete) {
        file.abort();
      }
    }
    file.publish();
  }

  private static void copy(Iterator<String> actions, OutputStream out) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    while (actions.hasNext()) {
      buffered.write(actions.next().getBytes(StandardCharsets.UTF_8));
      buffered.write('\n');
    }
    buffered.flush();
  }

  /** Costs a request for each 1,000 files of the log, from its beginning. */
  @Override
  public Iterator<FileStatus> listFrom(Path path, Configuration hadoopConf) throws IOException {
    return LogListing.withoutHoles(
        super.listFrom(path, hadoopConf), path.getFileSystem(hadoopConf));
  }

  /**
   * False: an object is visible whole or not at all. True for a checkpoint's file, though, which
   * Delta writes past the log store: Delta Kernel 3.3.2 closes it, footer and all, when the actions
   * behind it fail to come, and so publishes a checkpoint that lacks files of the table. Told that
   * partial writes are visible, it writes under another name first, and renames what is complete.
   * (Delta for Spark asks about the folder of the log, and does not close a file that failed.)
   */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration hadoopConf) {
    return path.getName().contains(".checkpoint.");
  }
}
