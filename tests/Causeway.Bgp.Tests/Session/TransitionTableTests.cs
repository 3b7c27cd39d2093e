using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Session;

/// <summary>
/// Every state with every event, printed and compared with transitions.txt beside this file. After a wanted change, run once with
/// <c>CAUSEWAY_RECORD=1</c> and read the difference before committing it.
/// </summary>
public class TransitionTableTests
{
    private static readonly SessionSettings Settings = new()
    {
        LocalAsn = new Asn(64500),
        PeerAsn = new Asn(64501),
        Identifier = 1,
        HoldTimeSeconds = 90,
        Families = [IpFamily.V4],
    };

    private static readonly OpenMessage PeerOpen = OpenMessage.Create(
        new Asn(64501),
        30,
        2,
        [Capability.MultiProtocol.Unicast(IpFamily.V4)]
    );
    private static readonly Negotiated Agreed = Negotiated.Judge(PeerOpen, Settings).Agreed!;

    private static readonly SessionState[] States =
    [
        new SessionState.Idle(0, false),
        new SessionState.Idle(2, true),
        new SessionState.Connect(0, false),
        new SessionState.Connect(0, true),
        new SessionState.Active(1, false),
        new SessionState.Active(1, true),
        new SessionState.OpenSent(0),
        new SessionState.OpenConfirm(0, Agreed),
        new SessionState.Established(Agreed),
    ];

    private static readonly (string Name, SessionEvent Event)[] Events =
    [
        ("1 ManualStart", new SessionEvent.ManualStart()),
        ("2 ManualStop", new SessionEvent.ManualStop(Notification.Cease(CeaseReason.AdministrativeShutdown))),
        ("3 AutomaticStart", new SessionEvent.AutomaticStart()),
        (
            "8 AutomaticStop",
            new SessionEvent.AutomaticStop(Notification.Cease(CeaseReason.MaximumPrefixesReached), TimeSpan.FromMinutes(1))
        ),
        ("8 AutomaticStop, no restart", new SessionEvent.AutomaticStop(Notification.Cease(CeaseReason.MaximumPrefixesReached), null)),
        ("9 ConnectRetryTimer_Expires", new SessionEvent.TimerExpired(SessionTimer.ConnectRetry)),
        ("10 HoldTimer_Expires", new SessionEvent.TimerExpired(SessionTimer.Hold)),
        ("11 KeepaliveTimer_Expires", new SessionEvent.TimerExpired(SessionTimer.Keepalive)),
        ("12 DelayOpenTimer_Expires", new SessionEvent.TimerExpired(SessionTimer.DelayOpen)),
        ("13 IdleHoldTimer_Expires", new SessionEvent.TimerExpired(SessionTimer.IdleHold)),
        ("14 TcpConnection_Valid", new SessionEvent.TcpConnectionValid()),
        ("15 Tcp_CR_Invalid", new SessionEvent.TcpConnectionInvalid()),
        ("16 Tcp_CR_Acked", new SessionEvent.TcpConnectionAcknowledged()),
        ("17 TcpConnectionConfirmed", new SessionEvent.TcpConnectionConfirmed()),
        ("18 TcpConnectionFails", new SessionEvent.TcpConnectionFails("refused")),
        ("19/20 BGPOpen", new SessionEvent.OpenReceived(PeerOpen)),
        ("19/20 BGPOpen, other AS", new SessionEvent.OpenReceived(PeerOpen with { Capabilities = [], MyAs = 64999 })),
        ("21 BGPHeaderErr", new SessionEvent.HeaderError(new Notification(NotificationCode.MessageHeaderError, 2, []))),
        ("22 BGPOpenMsgErr", new SessionEvent.OpenError(new Notification(NotificationCode.OpenMessageError, 1, []))),
        ("23 OpenCollisionDump", new SessionEvent.OpenCollisionDump()),
        ("24 NotifMsgVerErr", new SessionEvent.NotificationReceived(new Notification(NotificationCode.OpenMessageError, 1, []))),
        ("25 NotifMsg", new SessionEvent.NotificationReceived(Notification.HoldTimerExpired)),
        ("25 NotifMsg, collision", new SessionEvent.NotificationReceived(Notification.Cease(CeaseReason.ConnectionCollision))),
        ("26 KeepAliveMsg", new SessionEvent.KeepaliveReceived()),
        ("27 UpdateMsg", new SessionEvent.UpdateReceived()),
        ("28 UpdateMsgErr", new SessionEvent.UpdateError(new Notification(NotificationCode.UpdateMessageError, 1, []), "fault")),
    ];

    [Fact]
    public void The_table_is_as_recorded()
    {
        string path = Path.Combine(Folder(), "transitions.txt");
        string printed = Print();
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
            File.WriteAllText(path, printed);
        Assert.True(File.Exists(path), $"{path} is missing: run with CAUSEWAY_RECORD=1.");
        Assert.Equal(File.ReadAllText(path), printed);
    }

    private static string Print()
    {
        var text = new StringBuilder();
        foreach (
            SessionSettings settings in new[]
            {
                Settings,
                Settings with
                {
                    Passive = true,
                },
                Settings with
                {
                    DelayOpen = TimeSpan.FromSeconds(5),
                },
            }
        )
        {
            text.Append($"# {(settings.Passive ? "passive" : settings.DelayOpen is null ? "active" : "active, delayed OPEN")}\n");
            foreach (SessionState state in States)
            {
                text.Append($"\n{Name(state)}\n");
                foreach ((string name, SessionEvent happened) in Events)
                {
                    Transition step = SessionMachine.Step(state, happened, settings);
                    string actions = string.Join("; ", step.Actions.Select(Name));
                    text.Append($"  {name, -30} -> {Name(step.Next)}{(actions.Length > 0 ? ": " : "")}{actions}\n");
                }
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string Name(SessionState state) =>
        state switch
        {
            SessionState.Idle idle => $"Idle(failures {idle.Failures}{(idle.RestartsItself ? ", restarts" : "")})",
            SessionState.Connect connect => $"Connect({connect.Failures}{(connect.DelayingOpen ? ", delaying" : "")})",
            SessionState.Active active => $"Active({active.Failures}{(active.DelayingOpen ? ", delaying" : "")})",
            SessionState.OpenSent sent => $"OpenSent({sent.Failures})",
            SessionState.OpenConfirm confirm => $"OpenConfirm({confirm.Failures})",
            _ => state.Name.ToString(),
        };

    private static string Name(SessionAction action) =>
        action switch
        {
            SessionAction.SendNotification send => $"send {(byte)send.Notification.Code}/{send.Notification.Subcode}",
            SessionAction.StartTimer start => $"start {start.Timer} {start.After.TotalSeconds} s{(start.Jitter ? "~" : "")}",
            SessionAction.StopTimer stop => $"stop {stop.Timer}",
            SessionAction.Remember remember => $"remember '{remember.End.Text}'",
            _ => action.GetType().Name,
        };

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
