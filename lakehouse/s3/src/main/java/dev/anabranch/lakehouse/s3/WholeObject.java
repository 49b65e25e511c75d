package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Reads a small object with one GET: what somebody asks for who polls for the next commit of a
 * table ten times a second, mostly in vain. {@code FileSystem.open} asks twice (HEAD, GET), and
 * {@code exists} of what is not there lists, too. What comes is of one version of the object, also
 * while it is being replaced.
 */
public final class WholeObject {
  private WholeObject() {}

  /**
   * The content; empty: there is no such object.
   *
   * @throws IOException the store does not answer or refuses
   */
  public static Optional<byte[]> read(FileSystem fileSystem, Path path) throws IOException {
    if (!(fileSystem instanceof S3AFileSystem s3a)) {
      throw new IllegalArgumentException(path + " is not on S3A but on " + fileSystem.getUri());
    }
    S3Client client = s3a.getS3AInternals().getAmazonS3Client("one GET of " + path);
    GetObjectRequest request =
        s3a.getRequestFactory().newGetObjectRequestBuilder(s3a.pathToKey(path)).build();
    try {
      return Optional.of(
          client.getObject(request, ResponseTransformer.toBytes()).asByteArrayUnsafe());
    } catch (NoSuchKeyException absent) {
      return Optional.empty();
    } catch (SdkException e) {
      throw new IOException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
