package dev.anabranch.speed;

import dev.anabranch.lakehouse.s3.Minio;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/** The same with tables, checkpoints and state in a real MinIO. */
class StreamsOnS3Test extends StreamsTest {
  private Minio minio;
  private Path keys;
  private int lakes;

  @Override
  Map<String, String> lakeSettings(Path mayBeIn) throws Exception {
    if (minio == null) {
      minio = Minio.start(mayBeIn.resolve("minio"));
      minio.bucket("streams");
      Files.writeString(mayBeIn.resolve("access"), minio.user());
      Files.writeString(mayBeIn.resolve("secret"), minio.password());
      keys = mayBeIn;
    }
    return Map.of(
        "lake.uri", "s3a://streams/lake-" + lakes++,
        "lake.s3.endpoint", minio.endpoint().toString(),
        "lake.s3.access_key_file", keys.resolve("access").toString(),
        "lake.s3.secret_key_file", keys.resolve("secret").toString());
  }

  @AfterAll
  void stopMinio() {
    if (minio != null) {
      minio.close();
    }
  }
}
