package dev.anabranch.lakehouse.spark.s3;

import dev.anabranch.lakehouse.s3.ConditionalCreate;
import dev.anabranch.lakehouse.s3.Overwrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager;
import org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager;

/**
 * Writes the files of Spark's streaming checkpoints on S3: offsets, commits, and what a state store
 * keeps. A file is published whole or not at all, costs one PUT, and {@code close()} throws where
 * it was not published; what must not be replaced is created on the condition that it is not there,
 * so two queries on one checkpoint notice each other.
 *
 * <p>Set {@code spark.sql.streaming.checkpointFileManagerClass} to this class's name. On file
 * systems without conditional creation it does what its superclass does, so one session may have
 * checkpoints on S3 and on a disk.
 *
 * <p>Why not Spark's own: the default one writes a temporary file and renames it, which on S3 is a
 * copy and a deletion, and looks whether the target is there before, which two queries can do at
 * once. {@code AbortableStreamBasedCheckpointFileManager} (spark-hadoop-cloud) catches a failure of
 * {@code close()}, logs it and goes on: the query believes in a file that is not there.
 *
 * <p>Everything but writing is left to the superclass: to list and to look costs what S3A makes of
 * it.
 */
public final class S3CheckpointFileManager extends FileSystemBasedCheckpointFileManager {

  /** Made by Spark, by reflection. */
  public S3CheckpointFileManager(Path path, Configuration hadoop) {
    super(path, hadoop);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The stream's {@code close()} throws {@code org.apache.hadoop.fs.FileAlreadyExistsException}
   * where the file is there and must not be replaced: only then does anybody know.
   */
  @Override
  public CheckpointFileManager.CancellableFSDataOutputStream createAtomic(
      Path path, boolean overwriteIfPossible) {
    FileSystem fileSystem = fs();
    try {
      if (!ConditionalCreate.isPossible(fileSystem, path)) {
        return super.createAtomic(path, overwriteIfPossible);
      }
      return new PublishingStream(
          overwriteIfPossible
              ? Overwrite.begin(fileSystem, path)
              : ConditionalCreate.begin(fileSystem, path));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot begin to write " + path, e);
    }
  }
}
