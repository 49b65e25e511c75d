package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one object that must not be there yet: of any number of writers of one key, in whatever
 * processes, exactly one succeeds. What is written becomes visible by {@link #publish}, whole, and
 * not before. One PUT with {@code If-None-Match: *}, without a look at what is there; several parts
 * where it is larger than {@code fs.s3a.multipart.size}, and then the condition is on their
 * completion.
 *
 * <p>Source: S3A's {@code fs.option.create.conditional.overwrite} of Hadoop 3.4.2 (HADOOP-19256),
 * https://hadoop.apache.org/docs/r3.4.2/hadoop-project-dist/hadoop-common/filesystem/fsdataoutputstreambuilder.html;
 * S3's conditional writes,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html.
 */
public final class ConditionalCreate implements Publication {
  /**
   * The capability that S3A has where it can create so; {@code createFile} takes it as an option.
   */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private static final Logger LOG = LoggerFactory.getLogger(ConditionalCreate.class);

  private final FileSystem fileSystem;
  private final Path path;
  private final WriterMark mark;
  private final Upload upload;

  private ConditionalCreate(FileSystem fileSystem, Path path, WriterMark mark, Upload upload) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.mark = mark;
    this.upload = upload;
  }

  /**
   * Begins to write. Asks the store nothing, so it succeeds where the object is there already.
   *
   * @throws IOException the file system cannot create on a condition
   */
  public static ConditionalCreate begin(FileSystem fileSystem, Path path) throws IOException {
    if (!isPossible(fileSystem, path)) {
      throw new IOException(
          "%s cannot be created safely: %s has no conditional creation. It needs S3A of Hadoop 3.4.2 or later, and fs.s3a.create.conditional.enabled not set to false."
              .formatted(path, fileSystem.getUri()));
    }
    WriterMark mark = WriterMark.fresh();
    FSDataOutputStreamBuilder<?, ?> file = fileSystem.createFile(path);
    file.recursive().must(CONDITIONAL, true);
    mark.put(file);
    return new ConditionalCreate(fileSystem, path, mark, new Upload(path, file.build()));
  }

  /**
   * Whether the file system claims it; whether the store keeps it, {@link StoreProbe} finds out.
   */
  public static boolean isPossible(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.hasPathCapability(path, CONDITIONAL);
  }

  WriterMark mark() {
    return mark;
  }

  @Override
  public OutputStream out() {
    return upload;
  }

  /**
   * Makes the object visible.
   *
   * <p>The answer is settled where it could mean two things. A 412 says that the object is there,
   * and it may be there by this very write: the SDK and S3A send a request again whose answer was
   * lost. And after a failure the object may be there all the same.
   *
   * @throws FileAlreadyExistsException another write had the key first; nothing happened
   * @throws AccessDeniedException this user may not write there
   * @throws UnknownOutcomeException it may or may not be there, now or in a moment
   * @throws InterruptedIOException the thread was interrupted; the object may or may not be there
   */
  @Override
  public void publish() throws IOException {
    try {
      upload.complete();
    } catch (IOException | RuntimeException e) {
      if (isInterruption(e)) {
        throw e;
      }
      settle(e);
    }
  }

  @Override
  public void abort() {
    upload.abort();
  }

  private void settle(Exception failure) throws IOException {
    WriterMark.Owner owner;
    try {
      owner = mark.owner(fileSystem, path);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
      refuseWhoMayNotWrite(failure);
      throw unknown("the store does not say whose it is", failure);
    }
    switch (owner) {
      case THIS_WRITE -> LOG.info("{} is written; the store's answer was lost", path);
      case ANOTHER -> {
        FileAlreadyExistsException conflict = new FileAlreadyExistsException(path.toString());
        conflict.initCause(failure);
        throw conflict;
      }
      case NOBODY -> {
        refuseWhoMayNotWrite(failure);
        throw unknown("it is not there now, and may appear", failure);
      }
    }
  }

  /** The store's own word is clearer. */
  private static void refuseWhoMayNotWrite(Exception failure) throws AccessDeniedException {
    if (failure instanceof AccessDeniedException denied) {
      throw denied;
    }
  }

  private UnknownOutcomeException unknown(String why, Exception failure) {
    return new UnknownOutcomeException(
        "Whether %s was written is not known: %s (%s). Look whether it is there before you write the same again."
            .formatted(path, why, failure.getMessage()),
        failure);
  }

  /** A timeout is a kind of interruption to Java, not to us. */
  private static boolean isInterruption(Exception failure) {
    return failure instanceof InterruptedIOException
        && !(failure instanceof SocketTimeoutException);
  }
}
