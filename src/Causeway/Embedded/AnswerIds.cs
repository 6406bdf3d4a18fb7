using System.Security.Cryptography;

namespace Causeway.Embedded;

/// <summary>Ids that clients take for unique.</summary>
internal static class AnswerIds
{
    public static string Letters(int length) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length);
}
