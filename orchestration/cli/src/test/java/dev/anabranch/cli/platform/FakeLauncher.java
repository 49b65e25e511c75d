package dev.anabranch.cli.platform;

import dev.anabranch.cli.platform.FakePart.Behaviour;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import dev.anabranch.cli.platform.SupervisedPart.Supervision;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A launcher of two fake parts in a process of its own, to be killed. */
final class FakeLauncher {

  private FakeLauncher() {}

  static List<PartSpec> parts(Path data) {
    Path journal = data.resolve("journal");
    return List.of(
        FakePart.spec("kafka", Behaviour.OBEYS, journal, Set.of()),
        FakePart.spec("speed", Behaviour.OBEYS, journal, Set.of("kafka")));
  }

  /** Argument: the data folder. */
  public static void main(String[] args) throws Exception {
    PlatformFolder folder = new PlatformFolder(Path.of(args[0]));
    folder.create();
    try (PlatformFolder.Hold hold = folder.hold().orElseThrow()) {
      Platform platform =
          new Platform(
              folder,
              parts(folder.data()),
              List.of(),
              new Addresses("", "", "", ""),
              Supervision.standard(),
              part -> {});
      platform.start();
      System.out.println("UP");
      new CountDownLatch(1).await();
      System.out.println(hold);
    }
  }
}
