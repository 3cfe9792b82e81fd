"""What is known of the twelve CellBox drugs beside their effects: structures and target genes, for drugs never measured.

Keys are the nodes the drugs act on. Structures were drawn from the published names and agree with their formulas; they come
from no database. "HDAC inhibitor", "SRC
inhibitor" and temsirolimus are left without one: the first two name no molecule, the last is a macrolide whose fingerprint
resembles nothing here.
"""

from __future__ import annotations

TARGETS: dict[str, tuple[str, ...]] = {
    "aMEK": ("MAP2K1", "MAP2K2"),
    "aAKT": ("AKT1", "AKT2"),
    "aHDAC": ("HDAC1", "HDAC2", "HDAC3"),
    "aMDM2": ("MDM2",),
    "aJAK": ("JAK1", "JAK2", "JAK3", "TYK2"),
    "aBRAFm": ("BRAF",),
    "aPKC": ("PRKCA", "PRKCB", "PRKCD"),
    "aCDK4": ("CDK4",),
    "aSRC": ("SRC",),
    "aSTAT3": ("STAT3",),
    "amTOR": ("MTOR",),
    "aPI3K": ("PIK3CA", "PIK3CB", "PIK3CD"),
}
STRUCTURES: dict[str, str] = {
    "aMEK": "O=C(NOC[C@H](O)CO)c1ccc(F)c(F)c1Nc1ccc(I)cc1F",
    "aBRAFm": "CCCS(=O)(=O)Nc1ccc(F)c(C(=O)c2c[nH]c3ncc(Cl)cc23)c1F",
    "aMDM2": "COc1ccc(C2=NC(c3ccc(Cl)cc3)C(c3ccc(Cl)cc3)N2C(=O)N2CCNC(=O)C2)c(OC(C)C)c1",
    "aCDK4": "Cc1nc2c(s1)C(=O)C=C(Nc1ccc(C)cc1)C2=O",
    "aSTAT3": "O=[N+]([O-])c1ccc2c(c1)S(=O)(=O)C=C2",
    "aPI3K": "FC(F)c1nc2ccccc2n1-c1nc(N2CCOCC2)nc(N2CCOCC2)n1",
    "aPKC": "Cn1cc(C2=C(c3cn(CCCN)c4ccccc34)C(=O)NC2=O)c2ccccc12",
    "aJAK": "CC(C)(C)c1nc2c3cc(F)ccc3c3c(=O)[nH]ccc3c2[nH]1",
    "aAKT": "O=c1[nH]c2ccccc2n1C1CCN(Cc2ccc(-c3nc4cc5[nH]cnc5cc4nc3-c3ccccc3)cc2)CC1",
}
