package dev.anabranch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which module may import which: all of them lakehouse, and no sibling another. Class paths apart
 * hold most of it by construction; this reads the compiled classes of all modules at once.
 */
class ArrowsTest {
  private static final String CLI = "dev.anabranch.cli..";
  private static final String BROKER = "dev.anabranch.broker..";
  private static final String AIRFLOW = "dev.anabranch.airflow..";
  private static final String BATCH = "dev.anabranch.batch..";
  private static final String SERVING = "dev.anabranch.serving..";
  private static final String SPEED = "dev.anabranch.speed..";
  private static final String KAPPA = "dev.anabranch.kappa..";

  /** Maven runs a module's tests in its folder, and this module is built last. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              Stream.of(
                      "lakehouse/s3",
                      "lakehouse/s3-spark",
                      "lakehouse/core",
                      "lakehouse/spark",
                      "speed-layer",
                      "batch-layer",
                      "serving",
                      "orchestration/airflow-java-client",
                      "orchestration/broker",
                      "orchestration/cli")
                  .map(module -> Path.of("../..", module, "target/classes"))
                  .toList());

  @Test
  void lakehouseImportsNoneOfOurs() {
    forbid("dev.anabranch.lakehouse..", SPEED, KAPPA, BATCH, SERVING, BROKER, CLI);
  }

  /** Others can use them without the rest. */
  @Test
  void theLibrariesForS3ImportNothingElseOfOurs() {
    for (String library :
        List.of("dev.anabranch.lakehouse.s3..", "dev.anabranch.lakehouse.spark.s3..")) {
      noClasses()
          .that()
          .resideInAPackage(library)
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.anabranch..")
                  .and(
                      resideOutsideOfPackages(
                          "dev.anabranch.lakehouse.s3..", "dev.anabranch.lakehouse.spark.s3..")))
          .check(CLASSES);
    }
  }

  @Test
  void theAirflowClientStandsAlone() {
    noClasses()
        .that()
        .resideInAPackage(AIRFLOW)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.anabranch..").and(resideOutsideOfPackage(AIRFLOW)))
        .check(CLASSES);
  }

  @Test
  void siblingsMeetInTablesOnly() {
    List.of(SPEED, KAPPA).forEach(from -> forbid(from, BATCH, SERVING, BROKER, CLI));
    forbid(BATCH, SPEED, KAPPA, SERVING, BROKER, CLI);
    forbid(SERVING, SPEED, KAPPA, BATCH, BROKER, CLI);
    forbid(BROKER, SPEED, KAPPA, BATCH, SERVING, CLI);
  }

  @Test
  void servingTheCommandLineAndTheGroundAreFreeOfSpark() {
    List.of(SERVING, CLI, BROKER).forEach(from -> forbid(from, "org.apache.spark.."));
    noClasses()
        .that()
        .resideInAPackage("dev.anabranch.lakehouse..")
        .and()
        .resideOutsideOfPackage("dev.anabranch.lakehouse.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "dev.anabranch.lakehouse.spark..")
        .check(CLASSES);
  }

  private static void forbid(String from, String... to) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .check(CLASSES);
  }
}
