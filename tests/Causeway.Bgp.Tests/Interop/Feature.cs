namespace Causeway.Bgp.Tests.Interop;

/// <summary>What is proven with each daemon; a row of docs/bgp-interop.md.</summary>
public enum Feature
{
    DaemonOpens,
    WeOpen,
    RoutesBothWays,
    Md5,
    FourOctetAsn,
    Communities,
    RouteRefreshByUs,
    RouteRefreshByDaemon,
    MaxPrefix,
    GracefulShutdown,
    ReasonFromUs,
    ReasonFromDaemon,
    DaemonKilled,
    WeRestart,
    Collision,
    TtlSecurity,
    Roles,
    ExtendedMessages,
    AddPath,
    GracefulRestart,
    OurGracefulRestart,
    DaemonReboots,
    RouteServerClient,
}

public static class FeatureNames
{
    public static string Of(Feature feature) =>
        feature switch
        {
            Feature.DaemonOpens => "Session up, daemon opens (RFC 4271)",
            Feature.WeOpen => "Session up, we open (RFC 4271)",
            Feature.RoutesBothWays => "IPv4 and IPv6 routes both ways (RFC 4760)",
            Feature.Md5 => "TCP MD5; a wrong key stays out (RFC 2385)",
            Feature.FourOctetAsn => "4-octet ASN (RFC 6793)",
            Feature.Communities => "Standard, extended, large communities unharmed (RFC 1997, 4360, 8092)",
            Feature.RouteRefreshByUs => "Route refresh asked by us (RFC 2918)",
            Feature.RouteRefreshByDaemon => "Route refresh asked by the daemon (RFC 2918)",
            Feature.MaxPrefix => "Max-prefix: CEASE/1, and back after the restart time (RFC 4486)",
            Feature.GracefulShutdown => "Graceful shutdown community without a reset (RFC 8326)",
            Feature.ReasonFromUs => "Our shutdown reason reaches the daemon (RFC 9003)",
            Feature.ReasonFromDaemon => "The daemon's shutdown reason reaches us (RFC 9003)",
            Feature.DaemonKilled => "Daemon killed and restarted",
            Feature.WeRestart => "We stop and restart",
            Feature.Collision => "Both open at once: one connection stays, no reset (RFC 4271 §6.8)",
            Feature.TtlSecurity => "GTSM on both sides; a daemon without it stays out (RFC 5082)",
            Feature.Roles => "Roles; two providers stay apart (RFC 9234)",
            Feature.ExtendedMessages => "An UPDATE of more than 4,096 octets arrives (RFC 8654)",
            Feature.AddPath => "Two paths of one prefix received (RFC 7911)",
            Feature.GracefulRestart => "The daemon's routes are kept while it restarts (RFC 4724)",
            Feature.OurGracefulRestart => "Our routes are kept while we restart, and are right afterwards (RFC 4724)",
            Feature.DaemonReboots =>
                "The daemon reboots while its old connection is silent: the new one takes over, its routes are kept (RFC 4724 §4.2)",
            Feature.RouteServerClient =>
                "A member of our route server has the other members' routes as these sent them, and none that they keep from it (RFC 7947)",
            _ => feature.ToString(),
        };
}
