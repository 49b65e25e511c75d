/** Measures the platform on this machine: how fresh its answers are, how much its streams take. */
package dev.anabranch.cli.bench;
