package dev.anabranch.lakehouse.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Which stores are taken and which are refused; the bad ones are a MinIO behind a bad proxy. */
class StoreProbeTest {
  @TempDir static java.nio.file.Path folder;
  private static Minio minio;

  @BeforeAll
  static void start() throws Exception {
    minio = Minio.start(folder);
  }

  @AfterAll
  static void stop() {
    if (minio != null) {
      minio.close();
    }
  }

  @Test
  void aStoreThatKeepsTheConditionIsTakenAndLeftAsItWas() throws Exception {
    minio.bucket("good");
    Path lake = new Path("s3a://good/the/lake");
    StoreProbe.require(lake.getFileSystem(minio.hadoop()), lake);
    assertLeftAsItWas("good");
  }

  @Test
  void aStoreThatIgnoresTheConditionIsRefusedAndLeftAsItWas() throws Exception {
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), without("If-None-Match"))) {
      openToAll("ignores");
      Path lake = new Path("s3a://ignores/lake");
      assertThatThrownBy(() -> StoreProbe.require(anonymous(lake, proxy), lake))
          .isInstanceOf(UnsafeStoreException.class)
          .hasMessageContaining("s3a://ignores")
          .hasMessageContaining("http://127.0.0.1:" + proxy.port())
          .hasMessageContaining("ignores If-None-Match")
          .hasMessageContaining("MinIO of 2024-05-07 or later");
      assertLeftAsItWas("ignores");
    }
  }

  @Test
  void aStoreThatLosesMetadataIsRefused() throws Exception {
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), without("x-amz-meta-"))) {
      openToAll("forgets");
      Path lake = new Path("s3a://forgets/lake");
      assertThatThrownBy(() -> StoreProbe.require(anonymous(lake, proxy), lake))
          .isInstanceOf(UnsafeStoreException.class)
          .hasMessageContaining("metadata");
      assertLeftAsItWas("forgets");
    }
  }

  @Test
  void whoMayNotWriteIsToldSo() throws Exception {
    minio.bucket("closed");
    Path lake = new Path("s3a://closed/lake");
    Configuration nobody = minio.hadoop();
    nobody.set("fs.s3a.secret.key", "wrong");
    assertThatThrownBy(() -> StoreProbe.require(lake.getFileSystem(nobody), lake))
        .isInstanceOf(AccessDeniedException.class);
  }

  /** The header's name becomes one that no store knows, of the same length. */
  private static FaultyProxy.Fault without(String header) {
    String other = "x-unknown-header-".substring(0, header.length() - 1) + "-";
    return new FaultyProxy.Fault() {
      @Override
      public Optional<byte[]> request(String line, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.toLowerCase(Locale.ROOT).indexOf(header.toLowerCase(Locale.ROOT));
        return Optional.of(
            at < 0
                ? bytes
                : (text.substring(0, at) + other + text.substring(at + header.length()))
                    .getBytes(StandardCharsets.ISO_8859_1));
      }
    };
  }

  /** Nobody signs requests there, so a proxy can change them. */
  private static void openToAll(String bucket) {
    minio.bucket(bucket);
    String policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:*"],
         "Resource":["arn:aws:s3:::%1$s","arn:aws:s3:::%1$s/*"]}]}
        """
            .formatted(bucket);
    try (S3Client client = minio.client()) {
      client.putBucketPolicy(request -> request.bucket(bucket).policy(policy));
    }
  }

  private static FileSystem anonymous(Path path, FaultyProxy proxy) throws Exception {
    Configuration hadoop = minio.hadoop(proxy.port());
    hadoop.set(
        "fs.s3a.aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider");
    return path.getFileSystem(hadoop);
  }

  private static void assertLeftAsItWas(String bucket) {
    try (S3Client client = minio.client()) {
      assertThat(client.listObjectsV2(list -> list.bucket(bucket)).contents())
          .noneMatch(object -> object.key().contains("probe"));
    }
  }
}
