using System.Net;
using Causeway.Domain.Circuits;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Resources;

/// <summary>Settings: three ways to write one, and what is said about wrong ones.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Names_follow_from_the_key()
    {
        Assert.Equal("--circuits-routing-before-provisioned", Settings.RoutingBeforeProvisioned.Option);
        Assert.Equal("CAUSEWAY_CIRCUITS_ROUTING_BEFORE_PROVISIONED", Settings.RoutingBeforeProvisioned.Variable);
        Assert.Equal("--bgp-port", Settings.BgpPort.Option);
        Assert.Equal("CAUSEWAY_DATA", Settings.Data.Variable);
        Assert.Equal(Settings.All.Count, Settings.All.Select(s => s.Option).Distinct().Count());
    }

    [Fact]
    public void The_command_line_beats_the_environment_beats_the_file_beats_the_default()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                file,
                """
                bgpPort: 1001
                listen: "[::1]:9443"
                maxBodyBytes: 2048
                circuits:
                  routingBeforeProvisioned: accept
                tls:
                  names: [a.example, b.example]
                """
            );
            ServerSettings settings = SettingsReader.Read(
                s =>
                    s == Settings.BgpPort ? "1003"
                    : s == Settings.Config ? file
                    : null,
                v =>
                    v == Settings.BgpPort.Variable ? "1002"
                    : v == Settings.MaxBodyBytes.Variable ? "4096"
                    : null
            );
            Assert.Equal(1003, settings.BgpPort);
            Assert.Equal(4096, settings.MaxBodyBytes);
            Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 9443), settings.Listen);
            Assert.Equal(RoutingBeforeProvisioned.Accept, settings.Circuits.RoutingBeforeProvisioned);
            Assert.Equal(["a.example", "b.example"], settings.TlsNames);
            Assert.Equal(TimeSpan.FromHours(1), settings.TokenLifetime);
            Assert.Equal(12_000, settings.Throttle!.ReadsPerHour);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_problem_is_named_with_the_place_where_it_was_written()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "bgpPort: many\nnoSuchThing: 1\n");
            SettingsException e = Assert.Throws<SettingsException>(() =>
                SettingsReader.Read(
                    s =>
                        s == Settings.Listen ? "nowhere"
                        : s == Settings.Config ? file
                        : null,
                    v =>
                        v == Settings.LogLevel.Variable ? "loud"
                        : v == Settings.TlsKey.Variable ? "/no/key"
                        : null
                )
            );
            foreach (
                string part in new[] { $"{file}, line 1", "noSuchThing", "--listen", "CAUSEWAY_LOG_LEVEL", "tls.certificate", "/no/key" }
            )
                Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_key_is_never_read_from_the_command_line_nor_shown()
    {
        string shown = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());
        string hidden = Convert.ToBase64String(Enumerable.Repeat((byte)2, 32).ToArray());
        ServerSettings settings = SettingsReader.Read(
            s => s == Settings.Key ? shown : null,
            v => v == Settings.Key.Variable ? hidden : null
        );
        Assert.Equal(hidden, settings.Key);
    }
}
