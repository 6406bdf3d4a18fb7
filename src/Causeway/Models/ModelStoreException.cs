namespace Causeway.Models;

/// <summary>What the store or the hub cannot do, in a sentence for the person at the terminal. Nothing was lost.</summary>
internal sealed class ModelStoreException(string message) : Exception(message);
