/**
 * The embedded launcher: every part of the platform as a process of its own, started in order,
 * supervised, and stopped in the reverse order.
 *
 * <p>{@link dev.anabranch.cli.platform.EmbeddedParts} is the architecture as code; {@link
 * dev.anabranch.cli.platform.Platform} runs any list of parts; {@link
 * dev.anabranch.cli.platform.PlatformFolder} is what other commands see of it.
 */
package dev.anabranch.cli.platform;
