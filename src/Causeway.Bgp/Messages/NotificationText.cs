namespace Causeway.Bgp.Messages;

/// <summary>NOTIFICATION codes in operators' words.</summary>
internal static class NotificationText
{
    public static string Of(NotificationCode code, byte subcode) =>
        code switch
        {
            NotificationCode.MessageHeaderError => subcode switch
            {
                1 => "connection not synchronised",
                2 => "bad message length",
                3 => "bad message type",
                _ => "message header error",
            },
            NotificationCode.OpenMessageError => subcode switch
            {
                1 => "unsupported BGP version",
                2 => "bad peer AS",
                3 => "bad BGP identifier",
                4 => "unsupported optional parameter",
                6 => "unacceptable hold time",
                7 => "unsupported capability",
                Notification.RoleMismatch => "role mismatch",
                _ => "OPEN message error",
            },
            NotificationCode.UpdateMessageError => subcode switch
            {
                1 => "malformed attribute list",
                2 => "unrecognised well-known attribute",
                3 => "missing well-known attribute",
                4 => "attribute flags error",
                5 => "attribute length error",
                6 => "invalid ORIGIN",
                8 => "invalid NEXT_HOP",
                9 => "optional attribute error",
                10 => "invalid network field",
                11 => "malformed AS_PATH",
                _ => "UPDATE message error",
            },
            NotificationCode.HoldTimerExpired => "hold timer expired",
            NotificationCode.FiniteStateMachineError => subcode switch
            {
                1 => "unexpected message in OpenSent",
                2 => "unexpected message in OpenConfirm",
                3 => "unexpected message in Established",
                _ => "unexpected message (FSM error)",
            },
            NotificationCode.Cease => (CeaseReason)subcode switch
            {
                CeaseReason.MaximumPrefixesReached => "maximum number of prefixes reached",
                CeaseReason.AdministrativeShutdown => "administrative shutdown",
                CeaseReason.PeerDeconfigured => "peer de-configured",
                CeaseReason.AdministrativeReset => "administrative reset",
                CeaseReason.ConnectionRejected => "connection rejected",
                CeaseReason.OtherConfigurationChange => "other configuration change",
                CeaseReason.ConnectionCollision => "connection collision resolution",
                CeaseReason.OutOfResources => "out of resources",
                CeaseReason.HardReset => "hard reset",
                CeaseReason.BfdDown => "BFD down",
                _ => "cease",
            },
            NotificationCode.SendHoldTimerExpired => "send hold timer expired",
            NotificationCode.RouteRefreshMessageError => "route refresh message error",
            _ => "unknown error",
        };
}
