/**
 * The demo: live events into an embedded platform, the truth beside what both architectures answer,
 * and a verdict.
 */
package dev.anabranch.cli.demo;
